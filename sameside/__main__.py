from sameside.cli import main

raise SystemExit(main())
