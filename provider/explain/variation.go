package explain

// A variation is one way in which a consumer signs something else than RFC 5849
// says.
type variation struct {
	cause    string
	side     string
	sentence string
	advice   string

	// edits returns what the variation may do to the request.
	edits func(m *model, f *facts) []edit
}

// edit does one thing to a model. It reports whether that changes anything;
// where it does not, the model is as it was.
type edit func(m *model) bool

// A step is an edit and the variation that it belongs to.
type step struct {
	*variation
	edit edit
}

// steps lists every step that can be taken from m, the likelier first.
func steps(m *model, f *facts) []step {
	var all []step
	for i := range variations {
		v := &variations[i]
		for _, e := range v.edits(m, f) {
			all = append(all, step{v, e})
		}
	}
	return all
}

// variations are all of them. Of two that give one and the same base string the
// first is named: the order is from the common to the rare.
var variations = concat(addressVariations, pathVariations, parameterVariations, encodingVariations, orderVariations, methodVariations)

func concat(lists ...[]variation) []variation {
	var all []variation
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
