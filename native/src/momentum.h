// Parameters of one step of SGD with momentum.
#pragma once

struct MomentumStep {
  float learningRate, momentum;
  float scale;  // multiplies the gradient
  float clipValue;  // limit of the scaled gradient, ±; 0 = no limit
  float weightDecay;
};
