// One step of SGD with momentum, as a kernel is given it.
#pragma once

struct MomentumStep {
  float learningRate, momentum;
  float scale;  // of the gradient
  float clipValue;  // the scaled gradient stays within ± this; 0 = no limit
  float weightDecay;
};
