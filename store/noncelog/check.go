package noncelog

// Check reads the whole log and changes nothing. It returns nil if the log
// belongs to the store and every record in it is right; a torn tail, which a
// crash leaves and Open cuts off, is right too. It refuses a log that is open.
func Check(dir, storeID string) error {
	held, err := lockShared(dir)
	if err != nil {
		return err
	}
	if held != nil {
		defer held.Close()
	}
	m, _, err := readManifest(dir, storeID)
	if err != nil {
		return err
	}
	for _, s := range m.segments {
		if _, err := scan(dir, storeID, s, func(record) {}); err != nil {
			return err
		}
	}
	return nil
}
