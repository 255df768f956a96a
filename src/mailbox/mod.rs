//! Where mail comes from. A source puts raw mail into the inbox and touches the server only after that commit.
