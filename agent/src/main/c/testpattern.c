/*
 * testpattern: renders pictures with no program installed.
 *
 *     testpattern FRAME WIDTH HEIGHT SECONDS OUTPUT [LOCK_FOLDER RUN]
 *
 * Writes a PNG of an evening by the sea: the sun's height, the colours, the waves, a lamp's beam and a large
 * number tell the frame. It takes SECONDS, mostly asleep, and prints "progress 0.25" on the way. Failures
 * print "error: ..." and exit with 1.
 *
 * With LOCK_FOLDER it holds a kernel lock on <FRAME>.lock there while it renders (exit 3 when somebody else
 * holds it) and appends "pid run frame start end" to record.txt, in milliseconds of the boot clock: tests use
 * this to see from outside whether a frame was ever rendered twice at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { TWICE_AT_ONCE = 3, MOST_PIXELS = 1 << 16 };

static void fail(const char *what, const char *detail) {
    printf("error: %s%s%s\n", what, *detail ? ": " : "", detail);
    exit(1);
}

static void *room(size_t bytes) {
    void *found = calloc(1, bytes ? bytes : 1);
    if (!found) fail("out of memory", "");
    return found;
}

/* --- The picture ----------------------------------------------------------------------------------------- */

typedef struct {
    float r, g, b;
} Colour;

static Colour mix(Colour a, Colour b, float t) {
    return (Colour){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

static Colour hex(unsigned rgb) {
    return (Colour){(float)(rgb >> 16 & 255) / 255, (float)(rgb >> 8 & 255) / 255, (float)(rgb & 255) / 255};
}

static float clamp(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static float smooth(float from, float to, float x) {
    float t = clamp((x - from) / (to - from));
    return t * t * (3 - 2 * t);
}

/* 5 columns by 7 rows a digit, a row per byte, the leftmost column in bit 4; the last one is a minus sign. */
static const uint8_t DIGITS[11][7] = {
    {14, 17, 19, 21, 25, 17, 14}, {4, 12, 4, 4, 4, 4, 14},      {14, 17, 1, 2, 4, 8, 31},
    {31, 2, 4, 2, 1, 17, 14},     {2, 6, 10, 18, 31, 2, 2},     {31, 16, 30, 1, 1, 17, 14},
    {6, 8, 16, 30, 17, 17, 14},   {31, 1, 2, 4, 8, 8, 8},       {14, 17, 17, 14, 17, 17, 14},
    {14, 17, 17, 15, 1, 2, 12},   {0, 0, 0, 31, 0, 0, 0},
};

typedef struct {
    int frame;
    float aspect;
    float dusk;  /* 0 at noon's end, 1 at nightfall, and back: a loop of 96 frames */
    char number[16];
} Moment;

static Moment moment(int frame, int width, int height) {
    Moment m = {.frame = frame, .aspect = (float)width / (float)height};
    m.dusk = 0.5f - 0.5f * cosf(2 * (float)M_PI * (float)frame / 96);
    snprintf(m.number, sizeof m.number, "%d", frame);
    return m;
}

/* x runs from 0 to the aspect, y from 0 (top) to 1: one unit is the picture's height. */
static Colour sky(const Moment *m, float x, float y, float horizon) {
    Colour high = mix(hex(0x5B9BD0), hex(0x1C2452), m->dusk), low = mix(hex(0xFBE3BC), hex(0xE8804F), m->dusk);
    Colour c = mix(high, low, powf(clamp(y / horizon), 1.4f));
    float dx = x - m->aspect * 0.64f, dy = y - (0.20f + 0.33f * m->dusk);
    float away = sqrtf(dx * dx + dy * dy);
    c = mix(c, mix(hex(0xFFF3D0), hex(0xFFB36B), m->dusk), 0.55f * expf(-away * 7));
    return mix(c, mix(hex(0xFFFBEA), hex(0xFFD9A0), m->dusk), 1 - smooth(0.058f, 0.062f, away));
}

static float hill(float x, float base, float size, float phase) {
    return base - size * (0.5f + 0.5f * sinf(x * 2.1f + phase)) - size * 0.25f * sinf(x * 6.3f + phase * 3);
}

static Colour beam(const Moment *m, Colour c, float x, float y, float lampX, float lampY) {
    float dx = x - lampX, dy = y - lampY, along = sqrtf(dx * dx + dy * dy) + 1e-4f;
    float turn = 2 * (float)M_PI * (float)m->frame / 48;
    float facing = cosf(turn);  /* the beam sweeps left and right as seen from the shore */
    float off = fabsf(dy + 0.05f * dx) / along;
    float light = smooth(0.16f, 0.0f, off) * expf(-along * 1.6f) * (dx * facing > 0 ? fabsf(facing) : 0);
    light += 0.9f * expf(-along * 26);
    return mix(c, hex(0xFFE6A8), clamp(light * (0.25f + 0.75f * m->dusk)));
}

static Colour scenery(const Moment *m, float x, float y) {
    const float horizon = 0.62f;
    float lampX = m->aspect * 0.24f, lampY = 0.315f;
    Colour c;
    if (y < horizon) {
        c = sky(m, x, y, horizon);
        Colour far = mix(hex(0x9DB4C4), hex(0x4C4A73), m->dusk);
        c = mix(c, far, smooth(-0.002f, 0.002f, y - hill(x, horizon, 0.07f, 0.8f)));
    } else {
        float depth = (y - horizon) / (1 - horizon);
        float ripple = (0.004f + 0.016f * depth) * sinf(150 * y + 3 * sinf(x * 9 + (float)m->frame * 0.2f));
        Colour mirrored = sky(m, x + ripple, horizon - (y - horizon) * 1.2f, horizon);
        c = mix(mirrored, mix(hex(0x1F5F74), hex(0x0E2238), m->dusk), 0.35f + 0.5f * depth);
        float wave = sinf((float)m->frame * 0.35f + 46 / (depth + 0.16f) + 2.2f * sinf(x * 5 + (float)m->frame * 0.06f));
        c = mix(c, hex(0xFFF1D6), 0.07f * smooth(0.55f, 1, wave) * (1 - depth * 0.5f));
    }
    /* The rock and the tower upon it. */
    Colour rock = mix(hex(0x51504F), hex(0x171826), m->dusk);
    c = mix(c, rock, smooth(-0.003f, 0.003f, y - (0.60f + 1.1f * (x - lampX) * (x - lampX) + 0.008f * sinf(x * 60))) *
                         (1 - smooth(0.70f, 0.72f, y + 0.012f * sinf(x * 38))));
    float half = 0.030f + 0.030f * (y - 0.34f), inside = 1 - smooth(half - 0.0015f, half + 0.0015f, fabsf(x - lampX));
    if (y > 0.345f && y < 0.61f) {
        int band = (int)floorf((y - 0.345f) / 0.053f) & 1;
        Colour wall = band ? hex(0xC4472F) : hex(0xF2EDE4);
        float shade = 0.45f + 0.55f * smooth(-half, half, x - lampX);
        wall = mix(hex(0x14141E), wall, shade * (1 - 0.45f * m->dusk));
        c = mix(c, wall, inside);
    } else if (y > 0.285f && y <= 0.345f) {
        Colour lamp = y > 0.335f ? hex(0x2A2D33) : mix(hex(0x7C7A70), hex(0xFFD27A), m->dusk);
        c = mix(c, lamp, 1 - smooth(0.0265f, 0.0285f, fabsf(x - lampX)));
    } else if (y > 0.245f && y <= 0.285f) {
        c = mix(c, hex(0x8E3222), 1 - smooth(-0.001f, 0.001f, fabsf(x - lampX) - (y - 0.245f) * 0.85f));
    }
    return beam(m, c, x, y, lampX, lampY);
}

static int inNumber(const Moment *m, float x, float y, float cell) {
    float left = 0.06f, top = 0.80f;
    int column = (int)floorf((x - left) / cell), row = (int)floorf((y - top) / cell);
    if (column < 0 || row < 0 || row > 6 || column / 6 >= (int)strlen(m->number) || column % 6 == 5) return 0;
    char c = m->number[column / 6];
    return DIGITS[c == '-' ? 10 : c - '0'][row] >> (4 - column % 6) & 1;
}

static Colour picture(const Moment *m, float x, float y) {
    Colour c = scenery(m, x, y);
    float cell = 0.0165f;
    if (inNumber(m, x - cell * 0.35f, y - cell * 0.35f, cell)) c = mix(c, hex(0x0A0F1C), 0.55f);
    if (inNumber(m, x, y, cell)) c = hex(0xFFFFFF);
    /* A second's worth of film along the lower edge: a bar that moves one place a frame. */
    float place = x / m->aspect * 24;
    if (y > 0.972f) c = mix(c, hex(0x0A0F1C), 0.45f);
    if (y > 0.972f && (int)place == ((m->frame - 1) % 24 + 24) % 24) c = hex(0xFFC766);
    return c;
}

static uint8_t *draw(int frame, int width, int height) {
    Moment m = moment(frame, width, height);
    uint8_t *pixels = room((size_t)width * height * 3), *at = pixels;
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
            Colour c = picture(&m, ((float)column + 0.5f) / (float)height, ((float)row + 0.5f) / (float)height);
            *at++ = (uint8_t)(clamp(c.r) * 255 + 0.5f);
            *at++ = (uint8_t)(clamp(c.g) * 255 + 0.5f);
            *at++ = (uint8_t)(clamp(c.b) * 255 + 0.5f);
        }
    }
    return pixels;
}

/* --- PNG: rows as differences to the row above, deflated with fixed codes and repeats of the last pixel --- */

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
    uint32_t bits;
    int pending;
} Buffer;

static void put(Buffer *b, uint8_t byte) {
    if (b->length == b->capacity) {
        b->capacity = b->capacity ? b->capacity * 2 : 1 << 16;
        b->bytes = realloc(b->bytes, b->capacity);
        if (!b->bytes) fail("out of memory", "");
    }
    b->bytes[b->length++] = byte;
}

static void put32(Buffer *b, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) put(b, (uint8_t)(number >> shift));
}

static void putBits(Buffer *b, uint32_t value, int count) {
    b->bits |= value << b->pending;
    for (b->pending += count; b->pending >= 8; b->pending -= 8, b->bits >>= 8) put(b, (uint8_t)b->bits);
}

/* Huffman codes go in from their highest bit on. */
static void putCode(Buffer *b, uint32_t code, int count) {
    uint32_t turned = 0;
    for (int i = 0; i < count; i++) turned |= (code >> i & 1) << (count - 1 - i);
    putBits(b, turned, count);
}

static void putSymbol(Buffer *b, int symbol) {
    if (symbol < 144) putCode(b, (uint32_t)(0x30 + symbol), 8);
    else if (symbol < 256) putCode(b, (uint32_t)(0x190 + symbol - 144), 9);
    else if (symbol < 280) putCode(b, (uint32_t)(symbol - 256), 7);
    else putCode(b, (uint32_t)(0xC0 + symbol - 280), 8);
}

static void putRepeat(Buffer *b, int length) {
    static const int first[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const int extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    int i = 28;
    while (first[i] > length) i--;
    putSymbol(b, 257 + i);
    putBits(b, (uint32_t)(length - first[i]), extra[i]);
    putCode(b, 2, 5);  /* the distance 3: one pixel back */
}

static void deflated(Buffer *out, const uint8_t *data, size_t length) {
    put(out, 0x78);
    put(out, 0x01);
    putBits(out, 1, 1);  /* the last block */
    putBits(out, 1, 2);  /* with fixed codes */
    for (size_t i = 0; i < length;) {
        int run = 0;
        while (i >= 3 && run < 258 && i + (size_t)run < length && data[i + (size_t)run] == data[i + (size_t)run - 3]) run++;
        if (run >= 4) putRepeat(out, run);
        else putSymbol(out, data[i]);
        i += run >= 4 ? (size_t)run : 1;
    }
    putSymbol(out, 256);
    if (out->pending) putBits(out, 0, 8 - out->pending);
    uint32_t low = 1, high = 0;
    for (size_t i = 0; i < length; i++) {
        low = (low + data[i]) % 65521;
        high = (high + low) % 65521;
    }
    put32(out, high << 16 | low);
}

static uint32_t checksum(const uint8_t *data, size_t length) {
    static uint32_t table[256];
    for (uint32_t i = 0; i < 256 && !table[255]; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
        table[i] = c;
    }
    uint32_t sum = 0xFFFFFFFFu;
    for (size_t i = 0; i < length; i++) sum = table[(sum ^ data[i]) & 255] ^ sum >> 8;
    return ~sum;
}

static void chunk(Buffer *png, const char *type, const uint8_t *data, size_t length) {
    put32(png, (uint32_t)length);
    size_t start = png->length;
    for (int i = 0; i < 4; i++) put(png, (uint8_t)type[i]);
    for (size_t i = 0; i < length; i++) put(png, data[i]);
    put32(png, checksum(png->bytes + start, png->length - start));
}

static Buffer encode(const uint8_t *pixels, int width, int height) {
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    size_t row = (size_t)width * 3;
    uint8_t *differences = room((row + 1) * (size_t)height), *at = differences;
    for (size_t y = 0; y < (size_t)height; y++) {
        *at++ = 2;
        for (size_t x = 0; x < row; x++) *at++ = (uint8_t)(pixels[y * row + x] - (y ? pixels[(y - 1) * row + x] : 0));
    }
    Buffer png = {0}, header = {0}, data = {0};
    for (size_t i = 0; i < sizeof signature; i++) put(&png, signature[i]);
    put32(&header, (uint32_t)width);
    put32(&header, (uint32_t)height);
    static const uint8_t kind[] = {8, 2, 0, 0, 0};
    for (size_t i = 0; i < sizeof kind; i++) put(&header, kind[i]);
    chunk(&png, "IHDR", header.bytes, header.length);
    deflated(&data, differences, (row + 1) * (size_t)height);
    chunk(&png, "IDAT", data.bytes, data.length);
    chunk(&png, "IEND", data.bytes, 0);
    return png;
}

static void save(const char *path, const Buffer *png) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) fail("cannot write", strerror(errno));
    for (size_t done = 0; done < png->length;) {
        ssize_t written = write(file, png->bytes + done, png->length - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail("cannot write", strerror(errno));
        done += (size_t)written;
    }
    if (close(file) != 0) fail("cannot write", strerror(errno));
}

/* --- Time, the lock and the record ------------------------------------------------------------------------- */

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void spend(double began, double seconds) {
    for (double left; (left = began + seconds - now(CLOCK_MONOTONIC)) > 0;) {
        printf("progress %.3f\n", 1 - left / seconds);
        double nap = left < 0.2 ? left : 0.2;
        struct timespec t = {(time_t)nap, (long)((nap - (double)(time_t)nap) * 1e9)};
        nanosleep(&t, NULL);
    }
}

static void take(const char *folder, int frame) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.lock", folder, frame);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) fail("cannot open the lock", strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        printf("error: frame %d is being rendered twice at once\n", frame);
        exit(TWICE_AT_ONCE);
    }
    /* Held until this process ends, however it ends. */
}

static void record(const char *folder, const char *run, int frame, double began) {
    char path[4096], line[256];
    snprintf(path, sizeof path, "%s/record.txt", folder);
    int length = snprintf(line, sizeof line, "%d %s %d %.0f %.0f\n", (int)getpid(), run, frame, began * 1000,
                          now(CLOCK_BOOTTIME) * 1000);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)length) != length) fail("cannot write the record", strerror(errno));
    close(file);
}

static int integer(const char *text, long least, long most) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || *end || end == text || value < least || value > most) fail("not a number that fits", text);
    return (int)value;
}

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count != 6 && count != 8) {
        fail("usage", "testpattern FRAME WIDTH HEIGHT SECONDS OUTPUT [LOCK_FOLDER RUN]");
    }
    int frame = integer(words[1], -9999999, 9999999);
    int width = integer(words[2], 1, MOST_PIXELS), height = integer(words[3], 1, MOST_PIXELS);
    double seconds = atof(words[4]), began = now(CLOCK_MONOTONIC), beganOnBootClock = now(CLOCK_BOOTTIME);
    if (count == 8) take(words[6], frame);
    Buffer png = encode(draw(frame, width, height), width, height);
    spend(began, seconds);
    save(words[5], &png);
    if (count == 8) record(words[6], words[7], frame, beganOnBootClock);
    return 0;
}
