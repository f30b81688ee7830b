layout(location = 0) in vec2 position;
layout(location = 1) in vec4 color;
uniform vec2 size;
out vec4 fragment_color;
void main() {
    fragment_color = color;
    gl_Position = vec4(position.x / size.x * 2.0 - 1.0, 1.0 - position.y / size.y * 2.0, 0.0, 1.0);
}
