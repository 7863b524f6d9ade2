namespace Gorb.Model.Text;

/// <summary>A position in a text; line and column start at 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The position of a byte in a UTF-8 text. Columns count bytes.</summary>
    public static TextPosition Of(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..offset];
        return new TextPosition(before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    /// <summary>The position after the last character of a text.</summary>
    public static TextPosition AtEnd(ReadOnlySpan<char> text) => new(text.Count('\n') + 1, text.Length - text.LastIndexOf('\n'));

    public override string ToString() => $"line {Line}, column {Column}";
}
