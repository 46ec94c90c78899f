import DataFiles

/// The header of a safetensors file, checked against the size of the file.
///
/// 8 bytes little-endian N; N bytes of JSON from `{` on, padded with spaces; then the tensors, back to back.
struct TensorFileHeader {
  /// The header may be as long as this, far below the 100,000,000 bytes of the reference reader.
  static let maximumByteCount = 16 << 20

  /// The bytes of the length in front of the header.
  static let lengthByteCount = 8

  static let metadataName = "__metadata__"

  /// Bounds the memory that the header's JSON can ask for.
  private static let maximumValues = 1_000_000

  let tensors: [TensorInfo]
  let metadata: [String: String]
  /// Where the tensors begin in the file.
  let dataOffset: Int

  private let path: String

  init(reading file: UnsafeRawBufferPointer, path: String) throws(DataError) {
    self.path = path
    let text = try Self.headerText(of: file, path: path)
    dataOffset = Self.lengthByteCount + text.count
    let json = try JSONValue(
      parsing: text, from: "\(path), header", maximumDepth: 3, maximumValues: Self.maximumValues)
    var tensors: [TensorInfo] = []
    var metadata: [String: String] = [:]
    for member in json.objectValue ?? [] {
      if member.name.utf8.elementsEqual(Self.metadataName.utf8) {
        metadata = try Self.metadata(member.value, path: path)
      } else {
        tensors.append(try Self.tensor(member, path: path))
      }
    }
    self.tensors = tensors
    self.metadata = metadata
    try Self.checkCoverage(tensors, dataCount: file.count - dataOffset, path: path)
  }

  static func failure(_ path: String, _ what: String) -> DataError {
    DataError(.data, "\(DataError.shown(path)): \(what)")
  }

  private static func headerText(of file: UnsafeRawBufferPointer, path: String) throws(DataError)
    -> UnsafeRawBufferPointer
  {
    guard file.count >= lengthByteCount else {
      throw failure(path, "not a safetensors file: \(file.count) bytes are too few")
    }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(maximumByteCount) else {
      throw failure(
        path,
        "not a safetensors file: a header of \(length) bytes; at most \(maximumByteCount) are read; give a model's file or a "
          + "run's folder")
    }
    guard Int(length) <= file.count - lengthByteCount else {
      throw failure(path, "cut off: a header of \(length) bytes in a file of \(file.count); get the file again")
    }
    let text = UnsafeRawBufferPointer(rebasing: file[lengthByteCount..<lengthByteCount + Int(length)])
    guard text.first == UInt8(ascii: "{") else {
      throw failure(path, "not a safetensors file: its header does not begin with '{' (byte \(lengthByteCount))")
    }
    return text
  }

  private static func metadata(_ value: JSONValue, path: String) throws(DataError) -> [String: String] {
    guard let members = value.objectValue else { throw failure(path, "\(metadataName) is not an object") }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.stringValue else {
        throw failure(path, "\(metadataName) holds \"\(DataError.shown(member.name))\", which is not a string")
      }
      guard member.name.utf8.count <= 255, metadata.updateValue(text, forKey: member.name) == nil else {
        throw failure(path, "\(metadataName) holds a name twice or one longer than 255 bytes")
      }
    }
    return metadata
  }

  private static func tensor(_ member: JSONValue.Member, path: String) throws(DataError) -> TensorInfo {
    let name = DataError.shown(String(member.name.unicodeScalars.prefix(255)))
    func refuse(_ what: String) -> DataError { failure(path, "tensor \"\(name)\": \(what)") }
    if let objection = TensorInfo.objection(toName: member.name) { throw refuse("cannot have this name: \(objection)") }
    guard let fields = member.value.objectValue else { throw refuse("is not an object") }
    guard let typeName = member.value["dtype"]?.stringValue else { throw refuse("has no dtype") }
    guard let type = TensorType(rawValue: typeName) else {
      let known = TensorType.allCases.map(\.rawValue).joined(separator: ", ")
      throw refuse("has dtype \(DataError.shown(typeName)), which is not read; convert it to one of \(known)")
    }
    guard let shape = integers(member.value["shape"]), let count = TensorInfo.elementCount(of: shape) else {
      throw refuse("has no shape of at most \(TensorInfo.maximumRank) whole numbers with a product below 2^63")
    }
    guard let offsets = integers(member.value["data_offsets"]), offsets.count == 2,
      offsets[0] >= 0, offsets[0] <= offsets[1]
    else {
      throw refuse("has no data_offsets [begin, end]")
    }
    guard fields.count == 3 else { throw refuse("has a field besides dtype, shape and data_offsets") }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, offsets[1] - offsets[0] == byteCount else {
      throw refuse("has shape \(shape) of \(typeName), which does not fill its bytes \(offsets[0])..<\(offsets[1])")
    }
    return TensorInfo(name: member.name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  private static func integers(_ value: JSONValue?) -> [Int]? {
    guard let elements = value?.arrayValue else { return nil }
    let integers = elements.compactMap(\.intValue)
    return integers.count == elements.count ? integers : nil
  }

  /// The tensors must fill the data without holes, overlaps or a rest.
  private static func checkCoverage(_ tensors: [TensorInfo], dataCount: Int, path: String) throws(DataError) {
    let placed = tensors.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for tensor in placed {
      guard tensor.range.lowerBound == end else {
        let fault = tensor.range.lowerBound > end ? "leaves a hole before it" : "overlaps another"
        throw failure(path, "tensor \"\(tensor.name)\": \(fault), at byte \(tensor.range.lowerBound) of the data")
      }
      end = tensor.range.upperBound
    }
    guard end == dataCount else {
      throw failure(
        path, "damaged: the tensors take \(end) bytes, the file has \(dataCount) for them; get the file again")
    }
  }
}
