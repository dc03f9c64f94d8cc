package config

// Consent is about the pages that a user sees: what they say, in which
// languages, and how they look.
type Consent struct {
	// SiteName is how the pages call this site. When empty it is the host of
	// public_url. Default: "".
	SiteName string `mapstructure:"site_name"`

	// SupportURL is where the pages send a user with a question: http, https or
	// mailto. Default: "".
	SupportURL string `mapstructure:"support_url"`

	// Languages are those of the pages, from which the browser's preference
	// chooses; the first is for browsers that want none of them. en, de, fr, es,
	// ja, ar. Default: en,de,fr,es,ja,ar.
	Languages []string `mapstructure:"languages"`

	// TemplatesDir is a directory with templates that replace ours, by name;
	// what is not there stays ours. A template with a mistake stops the start.
	// Default: "".
	TemplatesDir string `mapstructure:"templates_dir"`

	// LogoFile is shown at the head of each page: .svg or .png, at most 64 KiB.
	// It is served from endpoints.static. Default: "".
	LogoFile string `mapstructure:"logo_file"`

	// StylesheetFile is loaded after our stylesheet, so that it can change
	// colours and type without replacing a template: at most 256 KiB. Default: "".
	StylesheetFile string `mapstructure:"stylesheet_file"`
}
