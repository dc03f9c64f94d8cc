package policy

// Held returns the scopes that count for an access token that has these: its own,
// or those of tokens from before scopes were defined. Without defined scopes the
// answer means nothing.
func (p *Policy) Held(token []string) []string {
	if p == nil {
		return token
	}
	return p.held(Access{Kind: ThreeLegged, Scopes: token})
}
