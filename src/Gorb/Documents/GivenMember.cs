using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gorb.Documents;

/// <summary>A member of the body.</summary>
internal readonly record struct GivenMember
{
    private readonly JsonProperty _property;

    /// <summary>The length of the name and its first and last character, which decide most comparisons; 0 if the name contains escapes.</summary>
    private readonly int _mark;

    public GivenMember(JsonProperty property)
    {
        _property = property;
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        _mark = raw.Contains((byte)'\\') || raw.IsEmpty ? 0 : Mark(raw.Length, raw[0], raw[^1]);
    }

    public string Name => _property.Name;

    public JsonElement Value => _property.Value;

    public bool WasAsked { get; init; }

    /// <summary>Compares the name without creating a string, because most comparisons fail.</summary>
    public bool IsNamed(string name) => _mark == Mark(name.Length, name[0], name[^1])
        ? Ascii.Equals(JsonMarshal.GetRawUtf8PropertyName(_property), name)
        : _mark == 0 && _property.NameEquals(name);

    private static int Mark(int length, int first, int last) => (length << 16) | (first << 8) | last;
}
