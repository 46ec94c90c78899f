public import DataFiles

extension TensorFile {
  /// The numbers of a tensor, row-major; doubles are rounded.
  ///
  /// - Parameters:
  ///   - name: the tensor.
  ///   - shape: the shape that it must have; nil takes any.
  /// - Throws: `DataError` when it is missing, has another shape, or holds integers.
  public func floats(_ name: String, shape: [Int]? = nil) throws(DataError) -> [Float] {
    try withBytes(of: name, shape: shape) { (tensor, bytes) throws(DataError) in
      switch tensor.type {
      case .float32: Self.copy(bytes, zero: 0)
      case .float64: Self.map(bytes, Double.self) { Float($0) }
      case .float16: Self.map(bytes, UInt16.self) { Float(binary16: $0) }
      case .bfloat16: Self.map(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .int64: throw wrongType(tensor, "floating-point numbers")
      }
    }
  }

  /// The numbers of a tensor, row-major, exactly.
  ///
  /// - Parameters:
  ///   - name: the tensor.
  ///   - shape: the shape that it must have; nil takes any.
  /// - Throws: `DataError` when it is missing, has another shape, or holds integers.
  public func doubles(_ name: String, shape: [Int]? = nil) throws(DataError) -> [Double] {
    try withBytes(of: name, shape: shape) { (tensor, bytes) throws(DataError) in
      switch tensor.type {
      case .float32: Self.map(bytes, Float.self) { Double($0) }
      case .float64: Self.copy(bytes, zero: 0)
      case .float16: Self.map(bytes, UInt16.self) { Double(Float(binary16: $0)) }
      case .bfloat16: Self.map(bytes, UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
      case .int64: throw wrongType(tensor, "floating-point numbers")
      }
    }
  }

  /// The integers of a tensor, row-major.
  ///
  /// - Parameters:
  ///   - name: the tensor.
  ///   - shape: the shape that it must have; nil takes any.
  /// - Throws: `DataError` when it is missing, has another shape, or holds other numbers.
  public func integers(_ name: String, shape: [Int]? = nil) throws(DataError) -> [Int64] {
    try withBytes(of: name, shape: shape) { (tensor, bytes) throws(DataError) in
      guard tensor.type == .int64 else { throw wrongType(tensor, "integers") }
      return Self.copy(bytes, zero: 0)
    }
  }

  private func wrongType(_ tensor: TensorInfo, _ wanted: String) -> DataError {
    TensorFileHeader.failure(path, "tensor \"\(tensor.name)\" is of \(tensor.type.rawValue), not of \(wanted)")
  }

  // The numbers stand little-endian and may stand at any address.
  #if _endian(big)
    #error("safetensors files are little-endian: reversing the bytes of each number is not written yet")
  #endif

  private static func copy<Number: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, zero: Number) -> [Number] {
    let count = bytes.count / MemoryLayout<Number>.size
    return [Number](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      initializedCount = count
    }
  }

  private static func map<Stored: BitwiseCopyable, Number>(
    _ bytes: UnsafeRawBufferPointer, _ type: Stored.Type, _ convert: (Stored) -> Number
  ) -> [Number] {
    let size = MemoryLayout<Stored>.size
    return (0..<bytes.count / size).map { convert(bytes.loadUnaligned(fromByteOffset: $0 * size, as: Stored.self)) }
  }
}

extension Float {
  /// The value of an IEEE 754 binary16 number, exactly.
  init(binary16 bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: self = Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
    case 31: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
