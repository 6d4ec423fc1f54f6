{
  # The kernels are compiled once per instruction set, from the same sources; src/isa.cc chooses among them at load.
  'variables': {
    'kernel_sources': ["<!@(node -p \"require('fs').readdirSync('src/kernels').filter(f => f.endsWith('.cc')).map(f => 'src/kernels/' + f).join(' ')\")"],
    'binding_sources': ["<!@(node -p \"require('fs').readdirSync('src/bindings').filter(f => f.endsWith('.cc')).map(f => 'src/bindings/' + f).join(' ')\")"],
    # Contraction lets a * b + c become one FMA. Nothing here may break NaN: no -ffast-math.
    'kernel_flags': ['-O3', '-ffp-contract=fast', '-fno-math-errno', '-fno-trapping-math', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-psabi', '-Wno-unknown-pragmas'],
    # Two warnings off: GCC's own AVX-512 headers raise them.
    'avx512_flags': ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma', '-mprefer-vector-width=512', '-Wno-uninitialized', '-Wno-maybe-uninitialized'],
    'avx2_flags': ['-mavx2', '-mfma'],
  },
  'target_defaults': {
    'cflags_cc!': ['-fno-exceptions'],
    'cflags': ['-fvisibility=hidden'],
    'msbuild_toolset': 'ClangCL',
    'xcode_settings': { 'GCC_ENABLE_CPP_EXCEPTIONS': 'YES', 'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES', 'MACOSX_DEPLOYMENT_TARGET': '11.0' },
    'msvs_settings': { 'VCCLCompilerTool': { 'ExceptionHandling': 1 } },
  },
  'targets': [
    {
      'target_name': 'sparse_sharing',
      'sources': ['src/addon.cc', 'src/arguments.cc', 'src/context.cc', 'src/isa.cc', 'src/thread_pool.cc', '<@(binding_sources)'],
      'defines': ['NAPI_VERSION=8'],
      'cflags': ['-O2', '-Wall', '-Wextra'],
      'conditions': [
        ['target_arch=="x64"', { 'dependencies': ['kernels_avx512', 'kernels_avx2'] }],
        ['target_arch=="arm64"', { 'dependencies': ['kernels_neon'] }, { 'dependencies': ['kernels_portable'] }],
        ['OS=="linux"', { 'libraries': ['-pthread'] }],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="arm64"', {
      'targets': [{
        'target_name': 'kernels_neon', 'type': 'static_library', 'sources': ['<@(kernel_sources)'],
        'defines': ['ISA=neon', 'ISA_NEON'],
        'cflags': ['<@(kernel_flags)'], 'xcode_settings': { 'OTHER_CFLAGS': ['<@(kernel_flags)'] },
        'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/clang:-O3', '-ffp-contract=fast'] } },
      }],
    }, {
      'targets': [{
        'target_name': 'kernels_portable', 'type': 'static_library', 'sources': ['<@(kernel_sources)'],
        'defines': ['ISA=portable', 'ISA_PORTABLE'],
        'cflags': ['<@(kernel_flags)'], 'xcode_settings': { 'OTHER_CFLAGS': ['<@(kernel_flags)'] },
        'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/clang:-O3', '-ffp-contract=fast'] } },
      }],
    }],
    ['target_arch=="x64"', {
      'targets': [{
        'target_name': 'kernels_avx512', 'type': 'static_library', 'sources': ['<@(kernel_sources)'],
        'defines': ['ISA=avx512', 'ISA_AVX512'],
        'cflags': ['<@(kernel_flags)', '<@(avx512_flags)'], 'xcode_settings': { 'OTHER_CFLAGS': ['<@(kernel_flags)', '<@(avx512_flags)'] },
        'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/clang:-O3', '-ffp-contract=fast', '<@(avx512_flags)'] } },
      }, {
        'target_name': 'kernels_avx2', 'type': 'static_library', 'sources': ['<@(kernel_sources)'],
        'defines': ['ISA=avx2', 'ISA_AVX2'],
        'cflags': ['<@(kernel_flags)', '<@(avx2_flags)'], 'xcode_settings': { 'OTHER_CFLAGS': ['<@(kernel_flags)', '<@(avx2_flags)'] },
        'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/clang:-O3', '-ffp-contract=fast', '<@(avx2_flags)'] } },
      }],
    }],
  ],
}
