/// A library's own error that knows its place in the catalogue.
///
/// Where such an error escapes, it is answered as ``catalogError`` instead of INTERNAL_ERROR, and
/// logged as itself.
public protocol CatalogErrorConvertible: Error {
    var catalogError: CatalogError { get }
}
