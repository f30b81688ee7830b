// The ground y = 0 as lines one unit apart, every tenth stronger, fading with distance; the axes in their colours.
in vec2 place;
uniform float unit;
uniform float reach;
layout(location = 0) out vec4 result;

float lines(vec2 p, vec2 width) {
    vec2 d = abs(fract(p - 0.5) - 0.5) / max(width, vec2(1e-9));
    vec2 cover = (1.0 - clamp(d - 0.2, 0.0, 1.0)) * (1.0 - clamp(width * 3.0 - 0.5, 0.0, 1.0));
    return max(cover.x, cover.y);
}

void main() {
    vec4 near = inverse_view_projection * vec4(place * 2.0 - 1.0, -1.0, 1.0);
    vec4 far = inverse_view_projection * vec4(place * 2.0 - 1.0, 1.0, 1.0);
    vec3 a = near.xyz / near.w;
    vec3 b = far.xyz / far.w;
    float t = a.y / (a.y - b.y);
    vec3 p = a + (b - a) * t;
    vec2 width = fwidth(p.xz);
    if (!(t > 0.0 && t < 1.0)) discard;
    vec4 clip = view_projection * vec4(p, 1.0);
    gl_FragDepth = clamp(clip.z / clip.w * 0.5 + 0.5, 0.0, 1.0);
    float strength = max(0.35 * lines(p.xz / unit, width / unit), 0.55 * lines(p.xz / unit / 10.0, width / unit / 10.0));
    vec3 color = vec3(0.20);
    vec2 axis = 1.0 - clamp(abs(p.zx) / max(width.yx, vec2(1e-9)) - 0.5, 0.0, 1.0);
    if (axis.x > 0.0) { color = mix(color, vec3(0.70, 0.10, 0.12), axis.x); strength = max(strength, axis.x * 0.8); }
    if (axis.y > 0.0) { color = mix(color, vec3(0.10, 0.22, 0.75), axis.y); strength = max(strength, axis.y * 0.8); }
    float fade = 1.0 - smoothstep(0.3 * reach, reach, length(p - camera.xyz * camera.w));
    result = vec4(color, 1.0) * strength * fade;
}
