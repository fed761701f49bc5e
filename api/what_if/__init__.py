"""What-if: layouts that people draw up on the page, and advice on them, worked out in another process."""
