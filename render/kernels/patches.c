/* Patch correspondence for filling holes and for textures: the search of Barnes et al., "PatchMatch" (2009), and the
   weighted vote of Wexler et al., "Space-Time Completion of Video" (2007). Each pixel depends on what was found for the
   one before it, which Halide does not say; so this is C, called on strips of rows from Python's threads.

   Pictures are four bytes a pixel and stand inside a margin of HALF pixels, so that no patch reads outside. A place in
   the source is one number, row * source_width + column, without the margin. */

#include <math.h>
#include <stdint.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED
#endif

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#define HALF 3
#define SIDE (2 * HALF + 1)
#define FAR 0x7fffffff

typedef struct {
    const uint8_t *target, *source; /* with the margin */
    const uint8_t *wanted;          /* target pixels that want a match; without the margin */
    const uint8_t *allowed;         /* source pixels that may be the centre of a match */
    const int32_t *before;          /* matches before this pass, for the rows of other strips */
    int32_t *match;                 /* matches, -1 where there is none */
    int32_t *cost;                  /* their squared differences */
    int32_t target_width, target_height, source_width, source_height;
} patch_search;

static int32_t row_cost(const uint8_t *a, const uint8_t *b) {
    int32_t sum = 0;
    for (int i = 0; i < 4 * SIDE; i++) {
        int32_t d = (int32_t)a[i] - (int32_t)b[i];
        sum += d * d;
    }
    return sum;
}

static int32_t patch_cost(const patch_search *s, int32_t x, int32_t y, int32_t at, int32_t enough) {
    int64_t across = 4 * (int64_t)(s->target_width + 2 * HALF), along = 4 * (int64_t)(s->source_width + 2 * HALF);
    const uint8_t *a = s->target + y * across + 4 * (int64_t)x;
    const uint8_t *b = s->source + (at / s->source_width) * along + 4 * (int64_t)(at % s->source_width);
    int32_t sum = 0;
    for (int row = 0; row < SIDE; row++, a += across, b += along) {
        sum += row_cost(a, b);
        if (sum >= enough) return FAR;
    }
    return sum;
}

static void consider(const patch_search *s, int32_t x, int32_t y, int32_t column, int32_t row) {
    if (column < 0 || row < 0 || column >= s->source_width || row >= s->source_height) return;
    int32_t at = row * s->source_width + column;
    int64_t place = (int64_t)y * s->target_width + x;
    if (at == s->match[place] || !s->allowed[at]) return;
    int32_t cost = patch_cost(s, x, y, at, s->cost[place]);
    if (cost < s->cost[place]) {
        s->cost[place] = cost;
        s->match[place] = at;
    }
}

/* The match of a neighbour, moved by the step between the two. */
static void follow(const patch_search *s, const int32_t *known, int32_t x, int32_t y, int32_t dx, int32_t dy) {
    int32_t other_x = x + dx, other_y = y + dy;
    if (other_x < 0 || other_y < 0 || other_x >= s->target_width || other_y >= s->target_height) return;
    int32_t at = known[(int64_t)other_y * s->target_width + other_x];
    if (at >= 0) consider(s, x, y, at % s->source_width - dx, at / s->source_width - dy);
}

/* A number that depends on nothing but place, pass and seed, so that strips may run in any order. */
static uint32_t chance(uint32_t *state) {
    uint32_t v = *state += 0x9e3779b9u;
    v = (v ^ v >> 16) * 0x21f0aaadu;
    v = (v ^ v >> 15) * 0x735a2d97u;
    return v ^ v >> 15;
}

static int32_t within(uint32_t *state, int32_t middle, int32_t reach, int32_t end) {
    int32_t low = middle - reach < 0 ? 0 : middle - reach, high = middle + reach >= end ? end - 1 : middle + reach;
    return low + (int32_t)(chance(state) % (uint32_t)(high - low + 1));
}

static void look_around(const patch_search *s, int32_t x, int32_t y, int32_t reach, uint32_t *state) {
    int64_t place = (int64_t)y * s->target_width + x;
    for (; reach >= 1; reach /= 2) {
        int32_t at = s->match[place];
        int32_t column = at % s->source_width, row = at / s->source_width;
        consider(s, x, y, within(state, column, reach, s->source_width), within(state, row, reach, s->source_height));
    }
}

/* One pass over the rows top..bottom-1: forwards from above left, or backwards from below right, then at random around
   what is best, within `reach` halved again and again. */
EXPORTED void atelier_patch_search(const patch_search *s, int32_t top, int32_t bottom, int32_t backwards,
                                   int32_t reach, uint32_t seed) {
    int32_t step = backwards ? 1 : -1;
    for (int32_t line = 0; line < bottom - top; line++) {
        int32_t y = backwards ? bottom - 1 - line : top + line;
        const int32_t *beside = line ? s->match : s->before;
        for (int32_t column = 0; column < s->target_width; column++) {
            int32_t x = backwards ? s->target_width - 1 - column : column;
            int64_t place = (int64_t)y * s->target_width + x;
            if (!s->wanted[place] || s->match[place] < 0) continue;
            uint32_t state = seed ^ (uint32_t)place * 0x85ebca6bu;
            follow(s, s->match, x, y, step, 0);
            follow(s, beside, x, y, 0, step);
            look_around(s, x, y, reach, &state);
        }
    }
}

/* The costs of the matches as they are, for a target that has changed. */
EXPORTED void atelier_patch_costs(const patch_search *s, int32_t top, int32_t bottom) {
    for (int32_t y = top; y < bottom; y++)
        for (int32_t x = 0; x < s->target_width; x++) {
            int64_t place = (int64_t)y * s->target_width + x;
            if (s->wanted[place] && s->match[place] >= 0)
                s->cost[place] = patch_cost(s, x, y, s->match[place], FAR);
        }
}

/* Each wanted pixel of `result` (four floats) becomes the mean of what the patches around it say of it. A patch weighs
   exp(-(its cost - the lowest cost here) / softness) * trust[its centre]. */
EXPORTED void atelier_patch_vote(const patch_search *s, const float *colours, const uint8_t *fill, const float *trust,
                                 float softness, float *result, int32_t top, int32_t bottom) {
    int32_t width = s->target_width, height = s->target_height;
    for (int32_t y = top; y < bottom; y++)
        for (int32_t x = 0; x < width; x++) {
            int64_t place = (int64_t)y * width + x;
            if (!fill[place]) continue;
            int32_t lowest = FAR;
            int32_t x0 = x < HALF ? 0 : x - HALF, x1 = x + HALF >= width ? width - 1 : x + HALF;
            int32_t y0 = y < HALF ? 0 : y - HALF, y1 = y + HALF >= height ? height - 1 : y + HALF;
            for (int32_t v = y0; v <= y1; v++)
                for (int32_t u = x0; u <= x1; u++) {
                    int64_t other = (int64_t)v * width + u;
                    if (s->match[other] >= 0 && s->cost[other] < lowest) lowest = s->cost[other];
                }
            float total = 0, sum[4] = {0, 0, 0, 0};
            for (int32_t v = y0; v <= y1; v++)
                for (int32_t u = x0; u <= x1; u++) {
                    int64_t other = (int64_t)v * width + u;
                    int32_t at = s->match[other];
                    if (at < 0) continue;
                    int32_t column = at % s->source_width + x - u, row = at / s->source_width + y - v;
                    if (column < 0 || row < 0 || column >= s->source_width || row >= s->source_height) continue;
                    float weight = expf((float)(lowest - s->cost[other]) / softness) * trust[other];
                    const float *from = colours + 4 * ((int64_t)row * s->source_width + column);
                    for (int i = 0; i < 4; i++) sum[i] += weight * from[i];
                    total += weight;
                }
            if (total > 0)
                for (int i = 0; i < 4; i++) result[4 * place + i] = sum[i] / total;
        }
}
