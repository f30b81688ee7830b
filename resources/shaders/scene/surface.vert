// Only what the fragment shader reads is computed and passed on: software OpenGL pays for each number.
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 tangent;
layout(location = 3) in vec2 uv0;
layout(location = 4) in vec2 uv1;
layout(location = 5) in vec4 color;
layout(location = 6) in vec4 world_row0;
layout(location = 7) in vec4 world_row1;
layout(location = 8) in vec4 world_row2;
layout(location = 9) in uint number;

#ifdef DEPTH_ONLY
uniform mat4 depth_matrix;
#endif
#ifdef NUMBERED
flat out uint fragment_number;
#endif
#ifdef SHADED
#ifdef LIT
out vec3 fragment_position;
out vec3 fragment_normal;
#endif
#ifdef HAS_TANGENTS
out vec4 fragment_tangent;
#endif
#ifdef TEXTURED
out vec2 fragment_uv0;
out vec2 fragment_uv1;
#endif
#ifdef COLORED
out vec4 fragment_color;
#endif
#endif

void main() {
    vec4 local = vec4(position, 1.0);
    vec3 place = vec3(dot(world_row0, local), dot(world_row1, local), dot(world_row2, local));
#ifdef DEPTH_ONLY
    gl_Position = depth_matrix * vec4(place, 1.0);
#else
    gl_Position = view_projection * vec4(place, 1.0);
#endif
#ifdef NUMBERED
    fragment_number = number;
#endif
    gl_PointSize = 3.0;
#ifdef SHADED
    vec3 a = vec3(world_row0.x, world_row1.x, world_row2.x);
    vec3 b = vec3(world_row0.y, world_row1.y, world_row2.y);
    vec3 c = vec3(world_row0.z, world_row1.z, world_row2.z);
    float side = dot(cross(a, b), c) < 0.0 ? -1.0 : 1.0;
#ifdef LIT
    fragment_position = place;
    fragment_normal = side * (cross(b, c) * normal.x + cross(c, a) * normal.y + cross(a, b) * normal.z);
#endif
#ifdef HAS_TANGENTS
    fragment_tangent = vec4(a * tangent.x + b * tangent.y + c * tangent.z, tangent.w * side);
#endif
#ifdef TEXTURED
    fragment_uv0 = uv0;
    fragment_uv1 = uv1;
#endif
#ifdef COLORED
    fragment_color = color;
#endif
#endif
}
