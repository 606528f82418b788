"""What a stack may say: models, a loader with line and column, layers, the JSON Schema. Pure: files in, values out."""
