"""What notifications prints: letters to members and to the organisations at their destination."""
