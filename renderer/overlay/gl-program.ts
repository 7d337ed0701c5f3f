/** @file Makes programs for the GPU layer and finds their uniforms. */

/** The place of a uniform, looked up once. */
export type Uniforms = (name: string) => WebGLUniformLocation | null;

function compileShader(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  if (shader === null) throw new Error("Invariant: WebGL gave no shader");
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`Invariant: shader of the edge layer: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}

/** A program of two shaders; throws an invariant where one does not compile. */
export function linkProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  gl.attachShader(program, compileShader(gl, gl.VERTEX_SHADER, vertex));
  gl.attachShader(program, compileShader(gl, gl.FRAGMENT_SHADER, fragment));
  gl.linkProgram(program);
  return program;
}

/** The uniforms of a program. */
export function uniformsOf(gl: WebGL2RenderingContext, program: WebGLProgram): Uniforms {
  const known = new Map<string, WebGLUniformLocation | null>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const location = gl.getUniformLocation(program, name);
    known.set(name, location);
    return location;
  };
}
