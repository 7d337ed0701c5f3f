/** @file The two shaders that draw nodes as boxes with titles when the canvas is seen from afar. */

/** One quad per box; titles are cut out of an atlas of white words. */
export const boxVertexShader = `#version 300 es
precision highp float;
layout(location = 0) in vec4 box;    // x, y, width, height, canvas pixels
layout(location = 1) in vec4 look;   // red, green, blue of the border; 1 where it is a region
layout(location = 2) in vec4 word;   // x, y, width, height in the atlas; width 0 where there is no title
uniform vec2 viewport;
uniform vec3 camera;
out vec2 local;      // screen pixels from the box's top left
flat out vec2 size;  // screen pixels
flat out vec4 tint;
flat out vec4 title;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  size = max(box.zw * camera.z, vec2(2.0));
  local = corner * size;
  tint = look;
  title = word;
  vec2 place = box.xy * camera.z + camera.xy + local;
  gl_Position = vec4(place.x / viewport.x * 2.0 - 1.0, 1.0 - place.y / viewport.y * 2.0, 0.0, 1.0);
}`;

/** Fill, header, border and, where it fits, the title. */
export const boxFragmentShader = `#version 300 es
precision highp float;
in vec2 local;
flat in vec2 size;
flat in vec4 tint;
flat in vec4 title;
uniform sampler2D words;
uniform float pixelRatio;
uniform float header;      // screen pixels
uniform vec3 nodeColour;
uniform vec3 headColour;
uniform vec3 textColour;
out vec4 fragment;
void main() {
  vec2 inside = min(local, size - local);
  float edge = min(inside.x, inside.y);
  bool isRegion = tint.a > 0.5;
  vec4 colour = vec4(local.y < header ? headColour : nodeColour, 1.0);
  if (isRegion && local.y >= header) colour = vec4(nodeColour, 1.0) * 0.12;
  if (edge < pixelRatio) colour = vec4(tint.rgb, 1.0);
  float room = isRegion ? max(header, title.w) : size.y;
  if (title.z > 0.0 && title.z + 4.0 * pixelRatio < size.x && title.w <= room + 1.0) {
    vec2 at = local - vec2(3.0 * pixelRatio, floor((room - title.w) * 0.5));
    if (at.x >= 0.0 && at.y >= 0.0 && at.x < title.z && at.y < title.w) {
      float ink = texelFetch(words, ivec2(title.xy + at), 0).a;
      colour = mix(colour, vec4(textColour, 1.0), ink);
    }
  }
  fragment = colour;
}`;
