/** @file Nodes as boxes in the layer of the edges, one instanced draw call: for zooms at which no node is in the page. */
import { channels, colour, type Theme, type Token } from "../ui/tokens";
import { boxFragmentShader, boxVertexShader } from "./box-shaders";
import { linkProgram, uniformsOf, type Uniforms } from "./gl-program";
import type { LayerFrame } from "./edge-layer";
import { WordAtlas } from "./word-atlas";

/** A node seen from afar, canvas pixels. */
export interface FarBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly isRegion: boolean;
  readonly border: Token;
}

const numbersPerBox = 12;
const titlePixels = 9;
const headerPixels = 26;

interface Resources {
  readonly program: WebGLProgram;
  readonly buffer: WebGLBuffer;
  readonly array: WebGLVertexArrayObject;
  readonly words: WebGLTexture;
  readonly uniform: Uniforms;
}

/** The boxes; nothing is made on the GPU before there are any. */
export class BoxLayer {
  private boxes: readonly FarBox[] = [];
  private resources: Resources | null = null;
  private atlas: WordAtlas | null = null;
  private uploaded = { version: -1, theme: "" as Theme | "", ratio: 0, isCurrent: false };

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** The boxes to draw from now on, the ones below first. */
  set(boxes: readonly FarBox[]): void {
    if (boxes === this.boxes) return;
    this.boxes = boxes;
    this.uploaded.isCurrent = false;
  }

  /** What the context held is gone. */
  lost(): void {
    this.resources = null;
    this.uploaded = { version: -1, theme: "", ratio: 0, isCurrent: false };
  }

  draw({ camera, theme, pixelRatio }: LayerFrame, width: number, height: number): void {
    if (this.boxes.length === 0) return;
    const { gl } = this;
    this.resources ??= build(gl);
    const { program, array, uniform, words } = this.resources;
    gl.useProgram(program);
    gl.bindVertexArray(array);
    this.upload(this.resources, theme, pixelRatio);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, words);
    gl.uniform1i(uniform("words"), 0);
    gl.uniform2f(uniform("viewport"), width, height);
    gl.uniform3f(uniform("camera"), camera.x * pixelRatio, camera.y * pixelRatio, camera.zoom * pixelRatio);
    gl.uniform1f(uniform("pixelRatio"), pixelRatio);
    gl.uniform1f(uniform("header"), headerPixels * camera.zoom * pixelRatio);
    gl.uniform3fv(uniform("nodeColour"), channels(colour("node", theme)));
    gl.uniform3fv(uniform("headColour"), channels(colour("nodehead", theme)));
    gl.uniform3fv(uniform("textColour"), channels(colour("text2", theme)));
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.boxes.length);
    gl.bindVertexArray(null);
  }

  private upload(resources: Resources, theme: Theme, pixelRatio: number): void {
    const { gl, uploaded } = this;
    if (uploaded.ratio !== pixelRatio) this.atlas = new WordAtlas(titlePixels * pixelRatio);
    const atlas = (this.atlas ??= new WordAtlas(titlePixels * pixelRatio));
    if (!uploaded.isCurrent || uploaded.theme !== theme || uploaded.ratio !== pixelRatio) {
      const numbers = new Float32Array(this.boxes.length * numbersPerBox);
      this.boxes.forEach(({ x, y, width, height, title, isRegion, border }, i) => {
        const word = atlas.place(title);
        const at = [word.x, word.y, word.width, word.height];
        numbers.set(
          [x, y, width, height, ...channels(colour(border, theme)), isRegion ? 1 : 0, ...at],
          i * numbersPerBox,
        );
      });
      gl.bindBuffer(gl.ARRAY_BUFFER, resources.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.STATIC_DRAW);
    }
    if (uploaded.version !== atlas.version || uploaded.ratio !== pixelRatio) {
      gl.bindTexture(gl.TEXTURE_2D, resources.words);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas.canvas);
    }
    this.uploaded = { version: atlas.version, theme, ratio: pixelRatio, isCurrent: true };
  }
}

function build(gl: WebGL2RenderingContext): Resources {
  const program = linkProgram(gl, boxVertexShader, boxFragmentShader);
  const buffer = gl.createBuffer();
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  for (const place of [0, 1, 2]) {
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 4, gl.FLOAT, false, numbersPerBox * 4, place * 16);
    gl.vertexAttribDivisor(place, 1);
  }
  gl.bindVertexArray(null);
  const words = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, words);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return { program, buffer, array, words, uniform: uniformsOf(gl, program) };
}
