in vec4 fragment_color;
layout(location = 0) out vec4 result;
void main() { result = vec4(fragment_color.rgb * fragment_color.a, fragment_color.a); }
