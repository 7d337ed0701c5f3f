/** @file Builds a WebAssembly module: an imported memory, imported closures, functions, and exports. */
import { ByteBuffer } from "./byte-buffer";
import type { FunctionBuilder } from "./function-builder";
import { valueTypes, type ValueType } from "./instructions";

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Imports come first in the index space, so they are all declared before the first function. */
export class ModuleBuilder {
  private readonly signatures: Signature[] = [];
  private readonly imports: { readonly name: string; readonly signature: number }[] = [];
  private readonly functions: { readonly signature: number; readonly body: Uint8Array }[] = [];
  private readonly exports: { readonly name: string; readonly index: number }[] = [];

  private signature(wanted: Signature): number {
    const key = JSON.stringify(wanted);
    const found = this.signatures.findIndex((signature) => JSON.stringify(signature) === key);
    return found >= 0 ? found : this.signatures.push(wanted) - 1;
  }

  /** A function of the import object's "host"; gives its index. */
  importFunction(name: string, parameters: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.functions.length > 0) throw new Error("Invariant: imports come before functions");
    return this.imports.push({ name, signature: this.signature({ parameters, results }) }) - 1;
  }

  /** Adds a finished function; gives its index. */
  add(builder: FunctionBuilder, parameters: readonly ValueType[] = [], results: readonly ValueType[] = []): number {
    this.functions.push({ signature: this.signature({ parameters, results }), body: builder.finish() });
    return this.imports.length + this.functions.length - 1;
  }

  export(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  /** The module; its memory is the import "host" "memory". */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = new ByteBuffer(4096);
    bytes.code([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    section(bytes, 1, this.signatures, (out, { parameters, results }) => {
      out.byte(0x60);
      for (const list of [parameters, results]) {
        out.unsigned(list.length);
        for (const type of list) out.byte(valueTypes[type]);
      }
    });
    const memory = { name: "memory", signature: null };
    section(bytes, 2, [memory, ...this.imports], (out, entry) => {
      text(out, "host");
      text(out, entry.name);
      if (entry.signature === null) out.code([0x02, 0x00, 1]);
      else {
        out.byte(0x00);
        out.unsigned(entry.signature);
      }
    });
    section(bytes, 3, this.functions, (out, { signature }) => out.unsigned(signature));
    section(bytes, 7, this.exports, (out, { name, index }) => {
      text(out, name);
      out.byte(0x00);
      out.unsigned(index);
    });
    section(bytes, 10, this.functions, (out, { body }) => {
      out.unsigned(body.length);
      out.append(body);
    });
    return bytes.view();
  }
}

function text(out: ByteBuffer, value: string): void {
  const bytes = new TextEncoder().encode(value);
  out.unsigned(bytes.length);
  out.append(bytes);
}

function section<T>(
  bytes: ByteBuffer,
  id: number,
  entries: readonly T[],
  write: (out: ByteBuffer, entry: T) => void,
): void {
  const content = new ByteBuffer();
  content.unsigned(entries.length);
  for (const entry of entries) write(content, entry);
  bytes.byte(id);
  bytes.unsigned(content.length);
  bytes.append(content.view());
}
