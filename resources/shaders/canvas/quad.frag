#version 330 core
// One program for the three things that a canvas shows: 0 the squares under transparency, 1 a tile, 2 the pixel grid.
uniform int kind;
uniform sampler2D tile;
uniform vec4 inside;       // the part of the texture that belongs to the document
uniform vec3 light;
uniform vec3 dark;
uniform float square;      // side of a square in device pixels
uniform bool values_only;  // the display transform: lightness without colour
in vec2 place;
in vec2 texel;
out vec4 color;

vec3 decode(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 encode(vec3 c) { return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }

vec4 shown(vec4 premultiplied) {
    if (!values_only || premultiplied.a <= 0.0) return premultiplied;
    float grey = dot(decode(premultiplied.rgb / premultiplied.a), vec3(0.2126, 0.7152, 0.0722));
    return vec4(encode(vec3(grey)) * premultiplied.a, premultiplied.a);
}

void main() {
    if (kind == 0) {
        vec2 cell = floor(gl_FragCoord.xy / square);
        color = vec4(mod(cell.x + cell.y, 2.0) < 0.5 ? light : dark, 1.0);
    } else if (kind == 1) {
        color = shown(texture(tile, clamp(texel, inside.xy, inside.zw)));
    } else {
        vec2 width = fwidth(place);
        vec2 edge = min(fract(place), 1.0 - fract(place)) / width;
        float line = 1.0 - clamp(min(edge.x, edge.y) * 2.0, 0.0, 1.0);
        color = vec4(vec3(0.5) * 0.45, 0.45) * line;
    }
}
