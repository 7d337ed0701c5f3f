/** @file Words drawn once into a picture, from which the GPU cuts titles. */

export interface WordPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const side = 2048;
const none: WordPlace = { x: 0, y: 0, width: 0, height: 0 };

/** A picture of words; what no longer fits has no place and is not drawn. */
export class WordAtlas {
  readonly canvas = new OffscreenCanvas(side, side);
  private readonly context = this.canvas.getContext("2d");
  private readonly places = new Map<string, WordPlace>();
  private x = 0;
  private y = 0;
  /** Grows when a word was added, so that the picture must be uploaded again. */
  version = 0;

  /** `sizePixels` is that of the font, device pixels. */
  constructor(private readonly sizePixels: number) {
    if (this.context === null) return;
    this.context.font = `600 ${sizePixels}px 'Inter Variable', sans-serif`;
    this.context.textBaseline = "middle";
    this.context.fillStyle = "#fff";
  }

  place(word: string): WordPlace {
    const known = this.places.get(word);
    if (known !== undefined) return known;
    const { context } = this;
    const height = Math.ceil(this.sizePixels * 1.3);
    const width = context === null ? 0 : Math.ceil(context.measureText(word).width);
    if (this.x + width > side) {
      this.x = 0;
      this.y += height + 1;
    }
    const fits = context !== null && width > 0 && width <= side && this.y + height <= side;
    const place = fits ? { x: this.x, y: this.y, width, height } : none;
    if (fits) {
      context.fillText(word, this.x, this.y + height / 2);
      this.x += width + 1;
      this.version++;
    }
    this.places.set(word, place);
    return place;
  }
}
