// The fused kernel of the training renderer: one thread a ray, one block's rays of one program, in CUDA C++ (NVRTC).
// It is the same arithmetic as render.py; compiled as plain C++ (HOST) it is checked against render.py without a GPU.
// Layout of a row: backend/training/programs.py.

#ifdef HOST
#include <math.h>
#define DEVICE static inline
#else
#define DEVICE __device__ __forceinline__
#endif

#define ROW 48
#define MOST_ROWS 48
#define FAR 1e3f
#define PI 3.14159265358979f
#define STEPS 160
#define NEAR 0.0012f

struct Point { float x, y, z; };
struct Hit { float d; int owner; };

DEVICE float length2(float a, float b) { return sqrtf(a * a + b * b); }
DEVICE float length3(float a, float b, float c) { return sqrtf(a * a + b * b + c * c); }
DEVICE float clamp1(float v, float low, float high) { return fminf(fmaxf(v, low), high); }

DEVICE Point turned(const float* m, float x, float y, float z) {
  return {m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z};
}

DEVICE float arrayed(float q, float count, float spacing) {
  if (count <= 1.5f) return q;
  float half = (count - 1.0f) * 0.5f;
  return q - spacing * (clamp1(floorf(q / spacing + half + 0.5f), 0.0f, count - 1.0f) - half);
}

// The part's own coordinates of a world point: assembly frame, folds, part frame.
DEVICE Point local(const float* row, float x, float y, float z) {
  Point q = turned(row + 21, x - row[30], y - row[31], z - row[32]);
  int mirror = (int)row[13];
  if (mirror & 1) q.x = fabsf(q.x);
  if (mirror & 2) q.y = fabsf(q.y);
  if (mirror & 4) q.z = fabsf(q.z);
  if (row[14] > 1.5f) {
    float sector = 2.0f * PI / row[14], angle = atan2f(q.y, q.x), r = length2(q.x, q.y);
    angle -= sector * floorf(angle / sector + 0.5f);
    q.x = r * cosf(angle);
    q.y = r * sinf(angle);
  }
  q.x = arrayed(q.x, row[15], row[18]);
  q.y = arrayed(q.y, row[16], row[19]);
  q.z = arrayed(q.z, row[17], row[20]);
  return turned(row + 33, q.x - row[42], q.y - row[43], q.z - row[44]);
}

DEVICE float box(const float* row, Point p) {
  float r = row[8], x = fabsf(p.x) - row[4] + r, y = fabsf(p.y) - row[5] + r, z = fabsf(p.z) - row[6] + r;
  return length3(fmaxf(x, 0.0f), fmaxf(y, 0.0f), fmaxf(z, 0.0f)) + fminf(fmaxf(x, fmaxf(y, z)), 0.0f) - r;
}

DEVICE float cone(const float* row, Point p) {
  float r = row[8], q = length2(p.x, p.y), low = row[4] - r, high = row[5] - r, h = row[6] - r;
  float kx = high - low, ky = 2.0f * h;
  float ax = q - fminf(q, p.z < 0.0f ? low : high), ay = fabsf(p.z) - h;
  float t = clamp1(((high - q) * kx + (h - p.z) * ky) / (kx * kx + ky * ky + 1e-12f), 0.0f, 1.0f);
  float bx = q - high + kx * t, by = p.z - h + ky * t;
  float sign = bx < 0.0f && ay < 0.0f ? -1.0f : 1.0f;
  return sign * sqrtf(fminf(ax * ax + ay * ay, bx * bx + by * by)) - r;
}

DEVICE float ellipsoid(const float* row, Point p) {
  float a = row[4], b = row[5], c = row[6];
  float k0 = length3(p.x / a, p.y / b, p.z / c);
  float k1 = length3(p.x / (a * a), p.y / (b * b), p.z / (c * c));
  return k0 < 0.05f ? -fminf(a, fminf(b, c)) : k0 * (k0 - 1.0f) / fmaxf(k1, 1e-6f);
}

DEVICE float capsule(const float* row, Point p) {
  float h = 2.0f * row[6], q = length2(p.x, p.y), z = p.z + row[6];
  float b = clamp1((row[4] - row[5]) / fmaxf(h, 1e-6f), -0.999f, 0.999f), a = sqrtf(1.0f - b * b);
  float k = -b * q + a * z;
  if (k < 0.0f) return length2(q, z) - row[4];
  if (k > a * h) return length2(q, z - h) - row[5];
  return q * a + z * b - row[4];
}

DEVICE float polygon(const float* row, Point p) {
  float sector = PI / row[7], angle = atan2f(p.y, p.x), reach = length2(p.x, p.y), r = row[8];
  angle -= 2.0f * sector * floorf(angle / (2.0f * sector) + 0.5f);
  float x = reach * cosf(angle), y = fabsf(reach * sinf(angle)), tip = row[4] - r;
  float ex = (row[5] - r) * cosf(sector) - tip, ey = (row[5] - r) * sinf(sector);
  float t = clamp1(((x - tip) * ex + y * ey) / (ex * ex + ey * ey + 1e-12f), 0.0f, 1.0f);
  float d = length2(x - tip - ex * t, y - ey * t), h = fabsf(p.z) - row[6] + r;
  if ((x - tip) * ey - y * ex < 0.0f) d = -d;
  return fminf(fmaxf(d, h), 0.0f) + length2(fmaxf(d, 0.0f), fmaxf(h, 0.0f)) - r;
}

DEVICE float arc(const float* row, Point p) {
  float a = row[4], b = row[5], c = row[6], v = fabsf(p.y);
  if (atan2f(v, p.x) < c) return length2(length2(p.x, v) - a, p.z) - b;
  return length3(p.x - a * cosf(c), v - a * sinf(c), p.z) - b;
}

// Signed distance of one part at a world point.
DEVICE float primitive(const float* row, float x, float y, float z) {
  Point p = local(row, x, y, z);
  float d;
  switch ((int)row[0]) {
    case 0: d = box(row, p); break;
    case 1: d = cone(row, p); break;
    case 2: d = length2(length2(p.x, p.y) - row[4], p.z) - row[5]; break;  // torus
    case 3: d = ellipsoid(row, p); break;
    case 4:  // prism
      d = fmaxf((fabsf(p.x) * row[6] + p.z * row[4] - row[4] * row[6]) / length2(row[4], row[6]),
                fmaxf(-p.z, fabsf(p.y) - row[5]));
      break;
    case 5: d = capsule(row, p); break;
    case 6: d = polygon(row, p); break;
    default: d = arc(row, p);
  }
  if (row[9] > 0.0f) d = fabsf(d) - row[9] * 0.5f;
  int axis = (int)row[10];
  if (axis >= 0) {
    float along = axis == 0 ? p.x : (axis == 1 ? p.y : p.z);
    d = fmaxf(d, fmaxf(row[11] - along, along - row[12]));
  }
  return d;
}

// Signed distance of a program and the row that owns the nearest surface.
DEVICE Hit distance(const float* program, int rows, float x, float y, float z) {
  Hit whole = {FAR, 0}, group = {FAR, 0};
  for (int i = 0; i < rows; ++i) {
    const float* row = program + i * ROW;
    if (row[2] > 0.5f) {
      if (group.d < whole.d) whole = group;
      group = {FAR, i};
    }
    float e = primitive(row, x, y, z);
    switch ((int)row[1]) {
      case 0: if (e < group.d) group = {e, i}; break;
      case 1: {
        float h = fmaxf(row[3] - fabsf(group.d - e), 0.0f) / row[3];
        if (e < group.d) group.owner = i;
        group.d = fminf(group.d, e) - h * h * row[3] * 0.25f;
        break;
      }
      case 2: if (-e > group.d) group = {-e, i}; break;
      default: group.d = fmaxf(group.d, e);
    }
  }
  return group.d < whole.d ? group : whole;
}

DEVICE Point gradient(const float* program, int rows, float x, float y, float z, float h) {
  float a = distance(program, rows, x + h, y - h, z - h).d, b = distance(program, rows, x - h, y - h, z + h).d;
  float c = distance(program, rows, x - h, y + h, z - h).d, d = distance(program, rows, x + h, y + h, z + h).d;
  Point n = {a - b - c + d, -a - b + c + d, -a + b - c + d};
  float length = length3(n.x, n.y, n.z) + 1e-12f;
  return {n.x / length, n.y / length, n.z / length};
}

// One ray: pixel index in [0, views * size * size) of one object; axes (views, 3, 3) rows right, up, back.
DEVICE void trace_ray(const float* program, int rows, const float* axes, int size, int pixel, short* part, float* normal,
                      float* depth) {
  const float* c = axes + pixel / (size * size) * 9;
  int i = pixel / size % size, j = pixel % size;
  float sx = (2.0f * j + 1.0f) / size - 1.0f, sy = 1.0f - (2.0f * i + 1.0f) / size, rr = sx * sx + sy * sy;
  part[pixel] = -1;
  depth[pixel] = normal[3 * pixel] = normal[3 * pixel + 1] = normal[3 * pixel + 2] = 0.0f;
  if (rr > 1.0f) return;
  float t = sqrtf(1.0f - rr) + 0.02f, end = -t;
  for (int step = 0; step < STEPS && t >= end; ++step) {
    float x = c[0] * sx + c[3] * sy + c[6] * t, y = c[1] * sx + c[4] * sy + c[7] * t, z = c[2] * sx + c[5] * sy + c[8] * t;
    Hit hit = distance(program, rows, x, y, z);
    if (hit.d < NEAR) {
      Point n = gradient(program, rows, x, y, z, 0.002f);
      part[pixel] = (short)hit.owner;
      normal[3 * pixel] = n.x;
      normal[3 * pixel + 1] = n.y;
      normal[3 * pixel + 2] = n.z;
      depth[pixel] = t;
      return;
    }
    t -= fmaxf(hit.d * 0.9f, 0.001f);
  }
}

// One cell of an n^3 grid of [-extent, extent]^3 around a centre, x outermost.
DEVICE float grid_cell(const float* program, int rows, const float* centre, float extent, int n, int cell) {
  float step = 2.0f * extent / n;
  float x = (cell / (n * n) + 0.5f) * step - extent + centre[0];
  float y = (cell / n % n + 0.5f) * step - extent + centre[1];
  float z = (cell % n + 0.5f) * step - extent + centre[2];
  return distance(program, rows, x, y, z).d;
}

#ifdef HOST
extern "C" void trace(const float* programs, const int* rows, const float* axes, int count, int views, int size,
                      short* part, float* normal, float* depth) {
  int pixels = views * size * size;
  for (int n = 0; n < count; ++n)
    for (int p = 0; p < pixels; ++p)
      trace_ray(programs + n * MOST_ROWS * ROW, rows[n], axes + n * views * 9, size, p, part + n * pixels,
                normal + 3 * n * pixels, depth + n * pixels);
}
extern "C" void grids(const float* programs, const int* rows, const float* centres, const float* extents, int count,
                      int n, float* out) {
  for (int k = 0; k < count; ++k)
    for (int cell = 0; cell < n * n * n; ++cell)
      out[k * n * n * n + cell] =
          grid_cell(programs + k * MOST_ROWS * ROW, rows[k], centres + 3 * k, extents[k], n, cell);
}
#else
// The program of the block's object (blockIdx.y), in shared memory.
__device__ __forceinline__ void load(const float* programs, int rows, float* program) {
  for (int i = threadIdx.x; i < rows * ROW; i += blockDim.x) program[i] = programs[blockIdx.y * MOST_ROWS * ROW + i];
  __syncthreads();
}
extern "C" __global__ void trace(const float* programs, const int* rows, const float* axes, int views, int size,
                                 short* part, float* normal, float* depth) {
  __shared__ float program[MOST_ROWS * ROW];
  int object = blockIdx.y, pixels = views * size * size, pixel = blockIdx.x * blockDim.x + threadIdx.x;
  load(programs, rows[object], program);
  if (pixel < pixels)
    trace_ray(program, rows[object], axes + object * views * 9, size, pixel, part + (long long)object * pixels,
              normal + 3LL * object * pixels, depth + (long long)object * pixels);
}
extern "C" __global__ void grids(const float* programs, const int* rows, const float* centres, const float* extents, int n,
                                 float* out) {
  __shared__ float program[MOST_ROWS * ROW];
  int object = blockIdx.y, cells = n * n * n, cell = blockIdx.x * blockDim.x + threadIdx.x;
  load(programs, rows[object], program);
  if (cell < cells)
    out[(long long)object * cells + cell] =
        grid_cell(program, rows[object], centres + 3 * object, extents[object], n, cell);
}
#endif
