#version 330 core
// A quad of the document's plane: `area` is x, y, width, height in document units.
uniform mat3 view;
uniform vec4 area;
uniform vec4 source;  // the same quad in the texture
out vec2 place;
out vec2 texel;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    place = area.xy + corner * area.zw;
    texel = source.xy + corner * source.zw;
    vec3 position = view * vec3(place, 1.0);
    gl_Position = vec4(position.xy, 0.0, 1.0);
}
