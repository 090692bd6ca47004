"""What is measured: each figure beside a floor or a peer, in one run."""
