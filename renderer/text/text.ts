/** @file The words in force. */
import { en } from "./en";

/** Every word on the screen, in the chosen language. */
export const text = en;
