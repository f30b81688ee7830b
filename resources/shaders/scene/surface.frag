// glTF 2.0 metallic-roughness, appendix B, with clearcoat over it and the split-sum image light of Karis (2013),
// multiple scattering by Fdez-Aguera, "A Multiple-Scattering Microfacet Model for Real-Time Image-based Lighting" (2019).
#ifdef LIT
in vec3 fragment_position;
in vec3 fragment_normal;
#endif
#ifdef HAS_TANGENTS
in vec4 fragment_tangent;
#endif
#ifdef TEXTURED
in vec2 fragment_uv0;
in vec2 fragment_uv1;
#endif
#ifdef COLORED
in vec4 fragment_color;
#endif

layout(location = 0) out vec4 result;

layout(std140) uniform Surface {
    vec4 base_color;
    vec4 emissive;          // rgb with its strength; w: normal scale
    vec4 metal;             // metallic, roughness, occlusion strength, alpha cutoff
    vec4 coat;              // reflectance of the dielectric, specular, clearcoat, clearcoat roughness
    vec4 specular_color;    // rgb; w: transmission
    vec4 texture_map[16];   // two for each texture: (a, b, c, d), (e, f, uv set, -)
};

uniform sampler2D base_image;
uniform sampler2D metal_image;
uniform sampler2D normal_image;
uniform sampler2D occlusion_image;
uniform sampler2D emissive_image;
uniform sampler2D coat_image;
uniform sampler2D coat_roughness_image;
uniform sampler2D coat_normal_image;
uniform samplerCube environment_cube;
uniform sampler2D brdf_table;
uniform sampler2DShadow shadow_map;

const float PI = 3.14159265;

#ifdef TEXTURED
vec2 texture_place(int slot) {
    vec4 turn = texture_map[2 * slot];
    vec4 rest = texture_map[2 * slot + 1];
    vec2 uv = rest.z > 0.5 ? fragment_uv1 : fragment_uv0;
    return vec2(dot(turn.xz, uv) + rest.x, dot(turn.yw, uv) + rest.y);
}
#endif

#ifdef LIT
vec3 turned(vec3 direction) {
    return vec3(environment.y * direction.x + environment.z * direction.z, direction.y,
                environment.y * direction.z - environment.z * direction.x);
}

vec3 irradiance(vec3 normal) {
    vec3 n = turned(normal);
    vec3 light = harmonics[0].rgb * 0.282095
        + 0.488603 * (harmonics[1].rgb * n.y + harmonics[2].rgb * n.z + harmonics[3].rgb * n.x)
        + 1.092548 * (harmonics[4].rgb * n.x * n.y + harmonics[5].rgb * n.y * n.z + harmonics[7].rgb * n.x * n.z)
        + harmonics[6].rgb * 0.315392 * (3.0 * n.z * n.z - 1.0)
        + harmonics[8].rgb * 0.546274 * (n.x * n.x - n.y * n.y);
    return max(light, vec3(0.0)) * environment.x;
}

vec3 mirrored(vec3 direction, float roughness) {
    return textureLod(environment_cube, turned(direction), roughness * environment.w).rgb * environment.x;
}

// The tangent frame where the mesh brings none: from how position and texture coordinates change on screen
// (Mikkelsen, "Surface Gradient Based Bump Mapping Framework", 2020).
vec3 bumped(vec3 normal, vec3 sampled, vec2 uv) {
#ifdef HAS_TANGENTS
    vec3 t = normalize(fragment_tangent.xyz - normal * dot(normal, fragment_tangent.xyz));
    vec3 b = cross(normal, t) * fragment_tangent.w;
    if (!gl_FrontFacing) { t = -t; b = -b; }
#else
    vec3 dx = dFdx(fragment_position);
    vec3 dy = dFdy(fragment_position);
    vec2 ux = dFdx(uv);
    vec2 uy = dFdy(uv);
    vec3 px = cross(dy, normal);
    vec3 py = cross(normal, dx);
    float side = dot(dx, px) < 0.0 ? -1.0 : 1.0;
    vec3 t = (px * ux.x + py * uy.x) * side;
    vec3 b = -(px * ux.y + py * uy.y) * side;
    float longest = max(dot(t, t), dot(b, b));
    if (longest <= 0.0) return normal;
    t *= inversesqrt(longest);
    b *= inversesqrt(longest);
#endif
    vec3 mixed_normal = t * sampled.x + b * sampled.y + normal * sampled.z;
    return dot(mixed_normal, mixed_normal) > 1e-12 ? normalize(mixed_normal) : normal;
}

float shadow(vec3 normal) {
#ifdef SHADOWED
    // Receding along the normal by the width of a texel keeps a surface from shading itself.
    float slope = 1.0 - clamp(dot(normal, sun_direction.xyz), 0.0, 1.0);
    vec3 place = fragment_position + normal * sun_color.w * (1.0 + 2.0 * slope);
    vec3 on_map = (shadow_matrix * vec4(place, 1.0)).xyz * 0.5 + 0.5;
    if (any(lessThan(on_map, vec3(0.0))) || any(greaterThan(on_map, vec3(1.0)))) return 1.0;
    vec2 texel = 1.0 / vec2(textureSize(shadow_map, 0));
    float lit = 0.0;
    for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++)
            lit += texture(shadow_map, vec3(on_map.xy + 1.25 * vec2(x, y) * texel, on_map.z - 0.0002));
    return lit / 9.0;
#else
    return 1.0;
#endif
}

float ggx(float normal_half, float alpha) {
    float a2 = alpha * alpha;
    float f = normal_half * normal_half * (a2 - 1.0) + 1.0;
    return a2 / (PI * f * f);
}

float visibility(float normal_light, float normal_view, float alpha) {
    float a2 = alpha * alpha;
    float v = normal_light * sqrt(normal_view * normal_view * (1.0 - a2) + a2);
    float l = normal_view * sqrt(normal_light * normal_light * (1.0 - a2) + a2);
    return 0.5 / max(v + l, 1e-5);
}

struct Surfel {
    vec3 normal, coat_normal, view, diffuse, f0;
    float f90, roughness, coat, coat_roughness;
};

float schlick(float cosine) { float x = 1.0 - clamp(cosine, 0.0, 1.0); return x * x * x * x * x; }

void add_light(Surfel s, vec3 towards, vec3 light, inout vec3 diffuse, inout vec3 specular) {
    vec3 h = normalize(towards + s.view);
    float nl = clamp(dot(s.normal, towards), 0.0, 1.0);
    float nv = max(abs(dot(s.normal, s.view)), 1e-4);
    float nh = clamp(dot(s.normal, h), 0.0, 1.0);
    float vh = clamp(dot(s.view, h), 0.0, 1.0);
    float under = 1.0;
#ifdef CLEARCOAT
    float cl = clamp(dot(s.coat_normal, towards), 0.0, 1.0);
    float cv = max(abs(dot(s.coat_normal, s.view)), 1e-4);
    float coat_fresnel = (0.04 + 0.96 * schlick(vh)) * s.coat;
    float ca = max(s.coat_roughness * s.coat_roughness, 1e-3);
    specular += light * cl * coat_fresnel * ggx(clamp(dot(s.coat_normal, h), 0.0, 1.0), ca) * visibility(cl, cv, ca);
    under = 1.0 - coat_fresnel;
#endif
    if (nl <= 0.0) return;
    float alpha = max(s.roughness * s.roughness, 1e-3);
    vec3 fresnel = mix(s.f0, vec3(s.f90), schlick(vh));
    specular += under * light * nl * fresnel * ggx(nh, alpha) * visibility(nl, nv, alpha);
    diffuse += under * light * nl * (1.0 - max(fresnel.r, max(fresnel.g, fresnel.b))) * s.diffuse / PI;
}

void add_lamps(Surfel s, inout vec3 diffuse, inout vec3 specular) {
    for (int i = 0; i < int(output_settings.w); i++) {
        vec3 towards = -light_axis[i].xyz;
        float strength = 1.0;
        if (light_place[i].w < 1.5) {
            vec3 offset = light_place[i].xyz - fragment_position;
            float distance2 = max(dot(offset, offset), 1e-6);
            towards = offset * inversesqrt(distance2);
            float part = distance2 * light_color[i].w * light_color[i].w;
            strength = clamp(1.0 - part * part, 0.0, 1.0) / distance2;
            if (light_place[i].w > 0.5) {
                float cone = clamp(dot(light_axis[i].xyz, -towards) * light_cone[i].x + light_cone[i].y, 0.0, 1.0);
                strength *= cone * cone;
            }
        }
        add_light(s, towards, light_color[i].rgb * strength, diffuse, specular);
    }
}

void add_environment(Surfel s, float occlusion, inout vec3 diffuse, inout vec3 specular) {
    float nv = clamp(abs(dot(s.normal, s.view)), 1e-3, 1.0);
    vec2 table = texture(brdf_table, vec2(nv, s.roughness)).rg;
    vec3 single = s.f0 * table.x + s.f90 * table.y;
    float lost = 1.0 - (table.x + table.y);
    vec3 average = s.f0 + (s.f90 - s.f0) / 21.0;
    vec3 multiple = single * average / (1.0 - average * lost) * lost;
    vec3 kept = 1.0 - (single + multiple);
    // Occlusion of mirrored light: Lagarde and de Rousiers, "Moving Frostbite to PBR", 2014.
    float mirror_occlusion = clamp(pow(nv + occlusion, exp2(-16.0 * s.roughness - 1.0)) - 1.0 + occlusion, 0.0, 1.0);
    float under = 1.0;
#ifdef CLEARCOAT
    float cv = clamp(abs(dot(s.coat_normal, s.view)), 1e-3, 1.0);
    float coat_fresnel = (0.04 + 0.96 * schlick(cv)) * s.coat;
    specular += coat_fresnel * mirrored(reflect(-s.view, s.coat_normal), s.coat_roughness) * mirror_occlusion;
    under = 1.0 - coat_fresnel;
#endif
    vec3 around = irradiance(s.normal);
    specular += under * single * mirrored(reflect(-s.view, s.normal), s.roughness) * mirror_occlusion;
    specular += under * multiple * around * occlusion;
    diffuse += under * kept * s.diffuse * around * occlusion;
}
#endif

vec4 base_value() {
    vec4 color = base_color;
#ifdef COLORED
    color *= fragment_color;
#endif
#ifdef BASE_TEXTURE
    color *= texture(base_image, texture_place(0));
#endif
    return color;
}

#ifdef LIT
Surfel read_surfel(vec4 base, vec3 normal) {
    Surfel s;
    s.view = camera.w > 0.5 ? normalize(camera.xyz - fragment_position) : camera.xyz;
    s.normal = normal;
    float metallic = metal.x;
    s.roughness = metal.y;
#ifdef METALLIC_ROUGHNESS_TEXTURE
    vec4 sampled = texture(metal_image, texture_place(1));
    metallic *= sampled.b;
    s.roughness *= sampled.g;
#endif
    s.roughness = clamp(s.roughness, 0.03, 1.0);
    vec3 dielectric = min(coat.x * specular_color.rgb, vec3(1.0)) * coat.y;
    s.f0 = mix(dielectric, base.rgb, metallic);
    s.f90 = mix(coat.y, 1.0, metallic);
    s.diffuse = base.rgb * (1.0 - metallic);
#ifdef NORMAL_TEXTURE
    vec3 bump = texture(normal_image, texture_place(2)).xyz * 2.0 - 1.0;
    s.normal = bumped(normal, bump * vec3(emissive.w, emissive.w, 1.0), texture_place(2));
#endif
    s.coat = 0.0;
    s.coat_roughness = 0.0;
    s.coat_normal = normal;
#ifdef CLEARCOAT
    s.coat = coat.z;
    s.coat_roughness = coat.w;
#ifdef CLEARCOAT_TEXTURE
    s.coat *= texture(coat_image, texture_place(5)).r;
#endif
#ifdef CLEARCOAT_ROUGHNESS_TEXTURE
    s.coat_roughness *= texture(coat_roughness_image, texture_place(6)).g;
#endif
    s.coat_roughness = clamp(s.coat_roughness, 0.03, 1.0);
#ifdef CLEARCOAT_NORMAL_TEXTURE
    s.coat_normal = bumped(normal, texture(coat_normal_image, texture_place(7)).xyz * 2.0 - 1.0, texture_place(7));
#endif
#endif
    return s;
}
#endif

void main() {
    vec4 base = base_value();
#ifdef MASKED
    if (base.a < metal.w) discard;
    base.a = 1.0;
#endif
#ifndef BLENDED
    base.a = 1.0;
#endif
    vec3 emitted = emissive.rgb;
#ifdef EMISSIVE_TEXTURE
    emitted *= texture(emissive_image, texture_place(4)).rgb;
#endif
#ifdef LIT
    vec3 normal = dot(fragment_normal, fragment_normal) > 0.0 ? normalize(fragment_normal) : vec3(0.0, 1.0, 0.0);
    if (!gl_FrontFacing) normal = -normal;
    Surfel s = read_surfel(base, normal);
    float occlusion = 1.0;
#ifdef OCCLUSION_TEXTURE
    occlusion = 1.0 + metal.z * (texture(occlusion_image, texture_place(3)).r - 1.0);
#endif
    vec3 diffuse = vec3(0.0);
    vec3 specular = vec3(0.0);
    add_environment(s, occlusion, diffuse, specular);
    if (sun_color.r + sun_color.g + sun_color.b > 0.0)
        add_light(s, sun_direction.xyz, sun_color.rgb * shadow(normal), diffuse, specular);
    add_lamps(s, diffuse, specular);
    specular += emitted;
#ifdef BLENDED
    // Thin glass: what passes is what lies behind, so the diffuse part gives way to it; reflections stay.
    float cover = base.a * (1.0 - specular_color.w * (1.0 - metal.x));
    float shine = clamp(max(specular.r, max(specular.g, specular.b)), 0.0, 1.0) * step(0.001, specular_color.w);
    vec3 seen = tone_mapped(diffuse * (cover / max(base.a, 1e-4)) + specular);
    float alpha = base.a < 1.0 || specular_color.w == 0.0 ? base.a : 1.0;
    if (specular_color.w > 0.0) {
        alpha = clamp(cover + shine * (1.0 - cover), 0.0, 1.0);
        result = vec4(seen * base.a, alpha * base.a);
    } else {
        result = vec4(tone_mapped(diffuse + specular) * base.a, base.a);
    }
#else
    result = vec4(tone_mapped(diffuse + specular), 1.0);
#endif
#else
    result = vec4(min(base.rgb + emitted, vec3(1.0)) * base.a, base.a);
#endif
}
