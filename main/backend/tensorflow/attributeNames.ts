/** Attribute names of operations, registered with the binding before any thread computes. */
import type { NodeBackend } from './raw.ts'

/** All names that the kernels of TensorFlow.js for Node and ours use; a test compares the list with both. */
export const ATTRIBUTE_NAMES =
  `DstT Index N SrcT T TI T_threshold Taxis Tblock_shape Tcomplex Tcrops Tidx Tindices Tlabels Tlen Tmultiples
  Tnumsegments Tout Tpaddings Tparams Tperm Truncate Tshape adj_x adj_y align_corners alpha axis batch_dims begin_mask beta bias block_size
  cell_clip channels compression container data_format dct_method depth_radius dilations dtype ellipsis_mask end_mask epsilon equation exclusive
  explicit_paddings extrapolation_value format half_pixel_centers index_type is_training keep_dims ksize method mode new_axis_mask num num_split out_idx
  output_dtype output_type pad_to_max_output_size padding pattern quality rates ratio replace_global reverse rewrite seed seed2 shape shared_name
  shrink_axis_mask sorted strides use_cudnn_on_gpu use_peephole validate_indices x_density y_density`.split(/\s+/)

/** Not the number of any attribute type. */
const NO_TYPE = -1

/**
 * Adds all names to the binding's set. The binding shares one set among all threads without a lock: if two threads
 * add a name at the same time, or one looks up a name meanwhile, the process crashes. Once all names are in the set,
 * nobody adds any. Call it in every thread that loads the binding, holding the lock.
 */
export function keepAttributeNames(backend: NodeBackend): void {
  const attributes = ATTRIBUTE_NAMES.map((name) => ({ name, type: backend.binding.TF_ATTR_BOOL, value: true }))
  try {
    backend.executeMultipleOutputs('NoOp', [...attributes, { name: 'T', type: NO_TYPE, value: 0 }], [], 0)
  } catch {
    // Expected: the operation is rejected for its last attribute, after all names were added.
  }
}
