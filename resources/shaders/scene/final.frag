// The last step: background under the picture, outline of the selection over it, sRGB encoding (IEC 61966-2-1),
// premultiplied after encoding as the other editors expect.
in vec2 place;
uniform sampler2D picture;
uniform sampler2D selection;
uniform vec4 behind;            // straight, linear
uniform bool outlined;
layout(location = 0) out vec4 result;

vec3 srgb(vec3 c) {
    return mix(1.055 * pow(max(c, vec3(0.0)), vec3(1.0 / 2.4)) - 0.055, c * 12.92, lessThanEqual(c, vec3(0.0031308)));
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = texelFetch(picture, pixel, 0);
    float alpha = color.a + behind.a * (1.0 - color.a);
    vec3 light = color.rgb + behind.rgb * behind.a * (1.0 - color.a);
    vec3 shown = alpha > 0.0 ? srgb(clamp(light / alpha, 0.0, 1.0)) : vec3(0.0);
    if (outlined) {
        ivec2 last = textureSize(selection, 0) - 1;
        vec2 here = texelFetch(selection, pixel, 0).rg;
        float around = 0.0;
        float chosen = 0.0;
        for (int y = -2; y <= 2; y++)
            for (int x = -2; x <= 2; x++) {
                vec2 there = texelFetch(selection, clamp(pixel + ivec2(x, y), ivec2(0), last), 0).rg;
                float reach = clamp(2.6 - length(vec2(x, y)), 0.0, 1.0);
                around = max(around, there.r * reach);
                chosen = max(chosen, there.g * reach);
            }
        float line = around * (1.0 - here.r);
        vec3 tint = chosen > 0.0 ? vec3(1.0, 0.66, 0.22) : vec3(0.93, 0.42, 0.10);
        shown = mix(shown, tint, line);
        alpha = max(alpha, line);
    }
    result = vec4(shown * alpha, alpha);
}
