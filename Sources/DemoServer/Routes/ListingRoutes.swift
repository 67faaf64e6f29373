import ErrorCatalog
import HTTPHardening
import Hummingbird

/// Search and look at properties.
struct ListingRoutes: Sendable {
    func search(_ request: Request, _ context: DemoContext) throws -> some ResponseGenerator {
        let text = request.uri.queryParameters["q"].map(String.init) ?? ""
        guard !text.isEmpty else { throw CatalogError.validation([FieldError("/q", .required)]) }
        guard text.count <= 200 else { throw CatalogError.validation([FieldError("/q", .tooLong(max: 200))]) }
        return JSONAnswer(Listings.search(text))
    }

    func property(_ request: Request, _ context: DemoContext) throws -> some ResponseGenerator {
        let text = context.parameters.get("id") ?? ""
        guard let id = Int(text), id > 0, String(id) == text else { throw CatalogError.validation([FieldError("/id", .invalidFormat)]) }
        guard let property = Listings.property(id: id) else { throw CatalogError(.propertyNotFound, ["property_id": .string(text)]) }
        guard property.isAvailable else { throw CatalogError(.propertyUnavailable, ["property_id": .string(text)]) }
        return JSONAnswer(property)
    }
}
