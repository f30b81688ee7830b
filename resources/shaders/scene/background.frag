// The environment behind everything, a little out of focus.
in vec2 place;
uniform samplerCube environment_cube;
layout(location = 0) out vec4 result;
void main() {
    vec4 near = inverse_view_projection * vec4(place * 2.0 - 1.0, -1.0, 1.0);
    vec4 far = inverse_view_projection * vec4(place * 2.0 - 1.0, 1.0, 1.0);
    vec3 d = normalize(far.xyz / far.w - near.xyz / near.w);
    vec3 turned = vec3(environment.y * d.x + environment.z * d.z, d.y, environment.y * d.z - environment.z * d.x);
    result = vec4(tone_mapped(textureLod(environment_cube, turned, output_settings.z).rgb * environment.x), 1.0);
}
