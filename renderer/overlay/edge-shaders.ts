/** @file The two shaders of the edge layer: ribbons along sampled curves, patterned by state. Lengths in screen pixels. */
import { edgesPerRow, pointsPerEdge } from "./edge-geometry";

/** Expands each edge's sampled points to a ribbon wide enough for band, casing, halo and glow. */
export const vertexShader = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D points;   // x, y, distance, length (canvas pixels) of each sampled point
uniform sampler2D styles;   // two texels per edge
uniform vec2 viewport;      // screen pixels
uniform vec3 camera;        // x, y, zoom
uniform int styleColumns;
uniform float widthScale;
out float along;
out float across;
flat out float total;
flat out vec4 style;
flat out vec3 tint;

vec4 sampled(int edge, int i) {
  return texelFetch(points, ivec2((edge % ${edgesPerRow}) * ${pointsPerEdge} + i, edge / ${edgesPerRow}), 0);
}

vec2 screen(int edge, int i) {
  return sampled(edge, i).xy * camera.z + camera.xy;
}

void main() {
  int edge = gl_InstanceID;
  int i = gl_VertexID / 2;
  float side = (gl_VertexID & 1) == 0 ? -1.0 : 1.0;
  vec4 point = sampled(edge, i);
  int perRow = styleColumns / 2;
  ivec2 place = ivec2((edge % perRow) * 2, edge / perRow);
  style = texelFetch(styles, place, 0);
  tint = texelFetch(styles, place + ivec2(1, 0), 0).rgb;
  vec2 here = screen(edge, i);
  vec2 before = screen(edge, max(i - 1, 0));
  vec2 after = screen(edge, min(i + 1, ${pointsPerEdge - 1}));
  vec2 tangent = normalize(after - before + vec2(1e-6, 0.0));
  vec2 normal = vec2(-tangent.y, tangent.x);
  float reach = 12.0 * widthScale;
  vec2 place2 = here + normal * side * reach;
  along = point.z * camera.z;
  total = point.w * camera.z;
  across = side * reach;
  gl_Position = vec4(place2.x / viewport.x * 2.0 - 1.0, 1.0 - place2.y / viewport.y * 2.0, 0.0, 1.0);
}`;

/** Draws the encodings of look.md: dots, bands with chevrons, double line, fading dashes, triangles, cross-hatch. */
export const fragmentShader = `#version 300 es
precision highp float;
in float along;
in float across;
flat in float total;
flat in vec4 style;
flat in vec3 tint;
uniform float time;         // seconds; stands still under reduced motion
uniform float widthScale;
uniform vec3 canvasColour;
uniform vec3 accentColour;
uniform vec3 packetColour;
uniform float showPackets;
uniform float gradientFlow; // 1 while gradients move, 0 when there are none
out vec4 fragment;

float cover(float distance) { return clamp(0.5 - distance, 0.0, 1.0); }
float line(float d, float width) { return cover(abs(d) - width * 0.5); }

void main() {
  float k = widthScale;
  int state = int(style.x + 0.5);
  int flags = int(style.w + 0.5);
  bool selected = (flags & 1) != 0;
  bool stale = (flags & 2) != 0;
  float d = across;
  float s = along;
  float t = time;
  vec3 colour = tint;
  float width = 1.4 * k;
  float ink = 0.0;
  float glow = 0.0;
  float cut = 0.0;
  if (state == 0) {
    width = 1.3 * k;
    ink = line(d, width);
  } else if (state == 1) {
    width = 1.6 * k;
    float gap = 6.2 * k;
    float p = mod(s, gap) - gap * 0.5;
    ink = cover(length(vec2(p, d)) - 0.8 * k);
  } else if (state == 2) {
    width = max(style.y * k, 1.0);
    ink = line(d, width);
    float spacing = mix(28.0, 18.0, style.z) * k;
    float p = mod(s - abs(d) * 0.9 + t * 80.0 * gradientFlow, spacing);
    float mark = cover(abs(p - spacing * 0.5) - 1.0 * k);
    if (style.y >= 3.4) cut = mark;
    else ink = max(ink, mark * cover(abs(d) - 4.0 * k));
    if (style.z > 0.5) glow = 0.13 * cover(abs(d) - width * 0.5 - 4.0 * k);
    if (style.y < 3.4) width = max(width, 3.0 * k);
  } else if (state == 3) {
    width = 5.0 * k;
    ink = cover(abs(abs(d) - 1.85 * k) - 0.65 * k);
  } else if (state == 4) {
    width = 2.4 * k;
    float u = clamp(s / max(total, 1.0), 0.0, 1.0);
    float period = 18.5 * k;
    float p = mod(s - total, period);
    ink = line(d, width) * cover(abs(p - period * 0.5) - mix(1.5, 7.0, u) * k) * mix(0.35, 1.0, u);
  } else if (state == 5) {
    width = 10.0 * k;
    ink = line(d, width);
    float period = 18.0 * k;
    float p = mod(s + t * 80.0 * gradientFlow, period);
    cut = p < 9.0 * k ? cover(abs(d) - p * 0.42) : 0.0;
    glow = 0.13 * cover(abs(d) - width * 0.5 - 4.0 * k);
  } else if (state == 6) {
    width = 9.0 * k;
    float inside = line(d, width);
    float rim = cover(abs(abs(d) - 4.0 * k) - 0.5 * k);
    float hatch = max(cover(abs(mod(s + d, 5.0 * k) - 2.5 * k) - 0.5 * k), cover(abs(mod(s - d, 5.0 * k) - 2.5 * k) - 0.5 * k));
    ink = max(rim, hatch * inside * 0.85);
  } else {
    width = 1.6 * k;
    ink = line(d, width) * cover(abs(mod(s, 11.0 * k) - 3.5 * k) - 3.5 * k);
  }
  if (stale) {
    float grey = dot(colour, vec3(0.299, 0.587, 0.114));
    colour = mix(colour, vec3(grey), 0.85);
    ink *= 0.7;
    glow = 0.0;
  }
  float casing = line(d, width + 3.0 * k);
  vec4 result = vec4(canvasColour, 1.0) * casing * 0.9;
  result = mix(result, vec4(colour, 1.0), glow);
  if (selected) {
    float halo = line(d, width + 7.0 * k) * 0.45;
    result = mix(result, vec4(accentColour, 1.0), halo);
    result = mix(result, vec4(canvasColour, 1.0), line(d, width + 1.0 * k));
  }
  result = mix(result, vec4(colour, 1.0), ink);
  result = mix(result, vec4(canvasColour, 1.0), cut * ink);
  if (showPackets > 0.0 && state <= 1) {
    float spacing = 96.0;
    float p = mod(s - t * 120.0 + spacing * 0.5, spacing) - spacing * 0.5;
    float packet = cover(length(vec2(p, d)) - 2.1 * k) * showPackets;
    result = mix(result, vec4(packetColour, 1.0), packet);
  }
  fragment = result;
}`;
