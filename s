floors: 1 fault1
