package provider

import (
	"context"

	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
)

// refusals hands what verify refuses to explain. The two know nothing of each
// other: what explains must never be asked whether a request may pass.
type refusals struct{ service *explain.Service }

// Keep is told of a refused request.
func (r refusals) Keep(ctx context.Context, f verify.Refused) []oauth1.Pair {
	leg := explain.AskingForData
	switch f.Kind {
	case verify.NoToken:
		leg = explain.AskingForToken
	case verify.RequestToken:
		leg = explain.Exchanging
	}
	out := explain.Refused{
		Problem: f.Problem, Leg: leg, Message: f.Message, Request: f.Request,
		Origin:   explain.Origin{Scheme: f.Message.Scheme, Host: f.Message.Host, Prefix: f.Prefix},
		Consumer: f.Consumer, TokenID: f.TokenID, Own: f.Own,
	}
	for _, b := range f.Also {
		out.Also = append(out.Also, explain.Origin(b))
	}
	return r.service.Keep(ctx, out)
}

// newExplain builds what explains refusals.
func (p *Provider) newExplain(base verify.Base) *explain.Service {
	origins := []explain.Origin{explain.Origin(base)}
	for _, h := range p.config.Gate.Hosts {
		origins = append(origins, explain.Origin(h.URL))
		for _, also := range h.Also {
			origins = append(origins, explain.Origin(also))
		}
	}
	return explain.NewService(p.parts.Store, p.parts.Keys, explain.Config{
		Ring: p.parts.Refused, Origins: origins, Anonymous: p.config.Gate.Anonymous, Limits: p.config.Limits,
		Now: p.parts.Now, Metrics: p.parts.Registry,
	})
}
