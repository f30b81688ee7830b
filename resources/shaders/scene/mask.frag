// Which pixels belong to the selection; the active object is marked apart.
flat in uint fragment_number;
uniform uint active_number;
layout(location = 0) out vec4 result;
void main() { result = vec4(1.0, fragment_number == active_number ? 1.0 : 0.0, 0.0, 1.0); }
