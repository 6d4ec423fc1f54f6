console.log('native kernels: no sources yet')
