package provider

import (
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

// endpointURLs are what a consumer's developer has to know.
func (p *Provider) endpointURLs() adminapi.Endpoints {
	e := p.config.Endpoints
	url := func(path string) string {
		if path == "" {
			return ""
		}
		return strings.TrimSuffix(p.config.PublicURL, "/") + path
	}
	return adminapi.Endpoints{
		RequestToken: url(e.RequestToken), Authorize: url(e.Authorize), AccessToken: url(e.AccessToken),
		RevokeToken: url(e.RevokeToken), Identify: url(e.Identify), Account: url(e.Account),
	}
}

// namedURLs are the same, for people.
func (p *Provider) namedURLs() []pages.NamedURL {
	e := p.endpointURLs()
	return []pages.NamedURL{
		{Name: "request_token", URL: e.RequestToken}, {Name: "authorize", URL: e.Authorize}, {Name: "access_token", URL: e.AccessToken},
	}
}
