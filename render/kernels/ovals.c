/* Dabs that are reckoned and not pictured: an ellipse whose cover falls in two straight pieces over the square of the
   distance, from 1 in the middle over `hardness` where that square is `hardness`, to nothing at the rim. And ink that
   each dab brings in its own colour. */

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

typedef struct {
    double x, y;                  /* of the middle, in pixels of the plane */
    double a, b, c, d;            /* (across, down) * this is the place on the unit circle */
    double hardness;
    float flow, cap;
    int32_t finer;                /* looks along each side of a pixel: small dabs are averaged over it */
} oval_dab;

/* cover becomes cover + max(cap - cover, 0) * flow * shape. */
EXPORTED void atelier_oval(const oval_dab *dab, float *cover, int64_t stride, int32_t width, int32_t height) {
    const int finer = dab->finer;
    const float hard = (float)dab->hardness, share = dab->flow / (float)(finer * finer), cap = dab->cap;
    const float inner = hard < 1 ? 1 / hard - 1 : 0, outer = hard < 1 ? hard / (1 - hard) : 1e6f;
    const float a = (float)dab->a, b = (float)dab->b, c = (float)dab->c, d = (float)dab->d;
    for (int32_t y = 0; y < height; y++) {
        float *line = cover + y * stride;
        for (int32_t x = 0; x < width; x++) {
            float shape = 0;
            for (int row = 0; row < finer; row++)
                for (int column = 0; column < finer; column++) {
                    float across = (float)(x + (column + 0.5) / finer - dab->x);
                    float down = (float)(y + (row + 0.5) / finer - dab->y);
                    float u = a * across + c * down, v = b * across + d * down, square = u * u + v * v;
                    float near = 1 - square * inner, far = (1 - square) * outer;
                    float here = square < hard ? near : far;
                    shape += here > 0 ? (here < 1 ? here : 1) : 0;
                }
            float room = cap - line[x];
            line[x] += (room > 0 ? room : 0) * share * shape;
        }
    }
}

/* Premultiplied pixels (height, width, 4) go towards `ink`, straight red, green, blue and the alpha that is aimed at, by
   flow * shape. `keep` is how much of the alpha stays as it was: 1 is locked transparency. */
EXPORTED void atelier_lay_ink(float *pixels, int64_t stride, const float *shape, int64_t shape_stride, int32_t width,
                              int32_t height, const float *ink, float flow, float keep) {
    for (int32_t y = 0; y < height; y++) {
        float *line = pixels + y * stride;
        const float *cover = shape + y * shape_stride;
        for (int32_t x = 0; x < width; x++) {
            float *pixel = line + 4 * (int64_t)x, share = cover[x] * flow, before = pixel[3];
            if (share <= 0) continue;
            float free = share * (1 - keep), bound = share * keep;
            float left = 1 - free - bound, laid = free * ink[3] + bound * before;
            for (int i = 0; i < 3; i++) pixel[i] = pixel[i] * left + ink[i] * laid;
            pixel[3] = before + free * (ink[3] - before);
        }
    }
}
