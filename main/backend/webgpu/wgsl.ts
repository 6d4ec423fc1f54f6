/** Code shared by our shaders. */

export const THREADS = 256
const MOST_GROUPS = 32768

/** Workgroups for n elements, one per thread, for a shader that starts with FLAT. */
export function flatGroups(n: number): [number, number] {
  const groups = Math.max(1, Math.ceil(n / THREADS))
  return [Math.min(groups, MOST_GROUPS), Math.ceil(groups / MOST_GROUPS)]
}

/** The element of this thread, as `i`. */
export const FLAT = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
`

/** Bindings 0, 1, … as storage buffers: "read x: f32", "read_write y: f32". */
export function bindings(...list: string[]): string {
  return list
    .map((text, binding) => {
      const [, access, name, type] = /^(read|read_write) (\w+): (\w+)$/.exec(text)!
      return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${type}>;`
    })
    .join('\n')
}

/** The uniform struct `u` at the binding after the storage buffers: "count: u32, rate: f32". */
export function uniforms(after: number, fields: string): string {
  return `struct Uniforms { ${fields} }\n@group(0) @binding(${after}) var<uniform> u: Uniforms;`
}

/** hash32 of shared/util/random.ts, and the dropout factor of element i. */
export const DROPOUT = `
fn mix32(v: u32) -> u32 {
  var x = (v ^ (v >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0xd35a2d97u;
  return x ^ (x >> 15u);
}
fn dropped(value: f32, i: u32, threshold: u32, scale: f32, k0: u32, k1: u32) -> f32 {
  return select(0.0, value * scale, mix32(mix32(i + k0) ^ k1) < threshold);
}`
