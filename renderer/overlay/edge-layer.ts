/** @file All edges in one WebGL2 layer: two textures (curves, styles), one instanced draw call, rebuilt on context loss. */
import { channels, colour, type Theme } from "../ui/tokens";
import { edgesPerRow, numbersPerPoint, pointsPerEdge, sampleEdge, type Point } from "./edge-geometry";
import { BoxLayer } from "./box-layer";
import { linkProgram, uniformsOf, type Uniforms } from "./gl-program";
import { fragmentShader, vertexShader } from "./edge-shaders";

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** What a frame depends on besides the edges. */
export interface LayerFrame {
  readonly camera: Camera;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly theme: Theme;
  /** Seconds that drive packets and chevrons. */
  readonly time: number;
  readonly showPackets: boolean;
  readonly gradientFlow: boolean;
}

/** Counters that tests and the benchmark read. */
export interface LayerCounters {
  geometryUploads: number;
  styleUploads: number;
  draws: number;
}

const styleColumns = 256;

interface Resources {
  readonly program: WebGLProgram;
  readonly points: WebGLTexture;
  readonly styles: WebGLTexture;
  readonly uniform: Uniforms;
}

/** The edge layer on a canvas; null where the browser has no WebGL2. */
export class EdgeLayer {
  /** Nodes seen from afar, drawn over the edges. */
  readonly boxes: BoxLayer;
  readonly counters: LayerCounters = { geometryUploads: 0, styleUploads: 0, draws: 0 };
  private readonly gl: WebGL2RenderingContext;
  private resources: Resources | null;
  private count = 0;
  private capacity = 0;
  private geometry = new Float32Array(0);
  private style = new Float32Array(0);
  private geometryDirty = false;
  private styleDirty = false;

  static create(canvas: HTMLCanvasElement): EdgeLayer | null {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true });
    return gl === null ? null : new EdgeLayer(canvas, gl);
  }

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.gl = gl;
    this.boxes = new BoxLayer(gl);
    this.resources = build(gl);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.resources = null;
      this.boxes.lost();
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.resources = build(gl);
      this.geometryDirty = true;
      this.styleDirty = true;
    });
  }

  /** How many edges there are; makes room, keeping what is there. */
  resize(count: number): void {
    this.count = count;
    if (count <= this.capacity) return;
    this.capacity = Math.max(256, 2 ** Math.ceil(Math.log2(count)));
    const geometry = new Float32Array(this.capacity * pointsPerEdge * numbersPerPoint);
    geometry.set(this.geometry);
    this.geometry = geometry;
    const rows = Math.ceil((this.capacity * 2) / styleColumns);
    const style = new Float32Array(rows * styleColumns * 4);
    style.set(this.style);
    this.style = style;
    this.geometryDirty = true;
    this.styleDirty = true;
  }

  /** Where an edge runs, in canvas pixels. */
  place(edge: number, from: Point, to: Point): void {
    sampleEdge(this.geometry, edge, from, to);
    this.geometryDirty = true;
  }

  /** The style buffer, numbersPerStyle numbers an edge, to be written in place; then call styled(). */
  get styles(): Float32Array {
    return this.style;
  }

  styled(): void {
    this.styleDirty = true;
  }

  draw(frame: LayerFrame): void {
    const { gl } = this;
    const { resources } = this;
    if (resources === null || gl.isContextLost()) return;
    const width = Math.round(frame.width * frame.pixelRatio);
    const height = Math.round(frame.height * frame.pixelRatio);
    if (gl.canvas.width !== width || gl.canvas.height !== height) {
      gl.canvas.width = width;
      gl.canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.count > 0) this.drawEdges(resources, frame, width, height);
    this.boxes.draw(frame, width, height);
    this.counters.draws++;
  }

  private drawEdges(resources: Resources, frame: LayerFrame, width: number, height: number): void {
    const { gl } = this;
    this.upload(resources);
    const { uniform } = resources;
    const ratio = frame.pixelRatio;
    const scale = Math.min(Math.max(frame.camera.zoom, 0.45), 1.6);
    gl.useProgram(resources.program);
    gl.uniform1i(uniform("points"), 0);
    gl.uniform1i(uniform("styles"), 1);
    gl.uniform1i(uniform("styleColumns"), styleColumns);
    gl.uniform2f(uniform("viewport"), width, height);
    gl.uniform3f(uniform("camera"), frame.camera.x * ratio, frame.camera.y * ratio, frame.camera.zoom * ratio);
    gl.uniform1f(uniform("widthScale"), scale * ratio);
    gl.uniform1f(uniform("time"), frame.time * ratio);
    gl.uniform3fv(uniform("canvasColour"), channels(colour("canvas", frame.theme)));
    gl.uniform3fv(uniform("accentColour"), channels(colour("accent", frame.theme)));
    gl.uniform3fv(uniform("packetColour"), channels(colour("packet", frame.theme)));
    gl.uniform1f(uniform("showPackets"), frame.showPackets ? 1 : 0);
    gl.uniform1f(uniform("gradientFlow"), frame.gradientFlow ? 1 : 0);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, pointsPerEdge * 2, this.count);
  }

  private upload(resources: Resources): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, resources.points);
    if (this.geometryDirty) {
      gl.texImage2D(
        gl.TEXTURE_2D,
        0,
        gl.RGBA32F,
        edgesPerRow * pointsPerEdge,
        this.capacity / edgesPerRow,
        0,
        gl.RGBA,
        gl.FLOAT,
        this.geometry,
      );
      this.geometryDirty = false;
      this.counters.geometryUploads++;
    }
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, resources.styles);
    if (this.styleDirty) {
      const rows = this.style.length / (styleColumns * 4);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, styleColumns, rows, 0, gl.RGBA, gl.FLOAT, this.style);
      this.styleDirty = false;
      this.counters.styleUploads++;
    }
  }
}

function dataTexture(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}

function build(gl: WebGL2RenderingContext): Resources {
  const program = linkProgram(gl, vertexShader, fragmentShader);
  return { program, points: dataTexture(gl), styles: dataTexture(gl), uniform: uniformsOf(gl, program) };
}
