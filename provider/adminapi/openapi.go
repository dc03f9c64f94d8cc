package adminapi

import _ "embed"

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI returns the description of the API, in YAML.
func OpenAPI() []byte { return openAPI }
