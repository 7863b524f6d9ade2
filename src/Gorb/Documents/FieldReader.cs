using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>
/// Reads the members of a JSON object and collects everything that is wrong with them, so that a user sees all mistakes at once.
/// A PATCH lays its body over the object's present state: a member that is not given is read from there.
/// </summary>
internal sealed class FieldReader
{
    private const int UsualMembers = 24;

    private readonly ProblemList _problems;

    /// <summary>A list: looking through two dozen names costs less than hashing them, and a document has ten thousand objects.</summary>
    private readonly List<Member> _given = new(UsualMembers);
    private readonly List<string> _asked = new(UsualMembers);
    private JsonElement _present;
    private FieldPath _path = FieldPath.Root;

    /// <param name="problems">Where problems go.</param>
    public FieldReader(ProblemList problems) => _problems = problems;

    /// <param name="given">The body.</param>
    /// <param name="present">The present state in the same form, or an undefined element for a PUT.</param>
    /// <param name="path">Where the object stands in the body.</param>
    /// <param name="problems">Where problems go.</param>
    public FieldReader(JsonElement given, JsonElement present, FieldPath path, ProblemList problems)
        : this(problems) => Begin(given, present, path);

    /// <summary>Begins with another object: a document has ten thousand, and one reader reads them all.</summary>
    /// <param name="given">The body.</param>
    /// <param name="present">The present state in the same form, or an undefined element for a PUT.</param>
    /// <param name="path">Where the object stands in the body.</param>
    public FieldReader Begin(JsonElement given, JsonElement present, FieldPath path)
    {
        _given.Clear();
        _asked.Clear();
        foreach (var member in given.EnumerateObject())
        {
            _given.Add(new Member(member));
        }

        _present = present;
        _path = path;
        return this;
    }

    /// <summary>True when the body is laid over an object's present state.</summary>
    public bool IsPatch => _present.ValueKind == JsonValueKind.Object;

    /// <summary>True when the member has a value, right or wrong, in the body or in the present state.</summary>
    public bool IsSet(string name) => Find(name) is not null;

    /// <summary>True when the body itself has the member, be it null.</summary>
    public bool IsGiven(string name) => Place(name) >= 0;

    /// <summary>Treats members as not given where they are null or "": what identifies an object cannot be removed from it.</summary>
    public void IgnoreEmpty(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Place(name) is var place and >= 0 && IsEmpty(_given[place].Value))
            {
                _given.RemoveAt(place);
            }
        }
    }

    /// <summary>True when the body itself has the member with a value, right or wrong.</summary>
    public bool IsGivenValue(string name) => IsSet(name) && Place(name) is var place and >= 0 && !IsEmpty(_given[place].Value);

    /// <summary>True when something is wrong with the member and has been reported.</summary>
    public bool IsRefused(string name)
    {
        var path = _problems.Count > 0 ? _path.Member(name) : null;
        return path is not null && _problems.Any(problem => problem.Field == path);
    }

    /// <summary>The text of a member; absent, null and "" are the default (GORB's Go client sends empty strings).</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Refuse(name, value, "must be a text");
        return null;
    }

    /// <summary>A whole number within bounds, or null for the default.</summary>
    public long? Number(string name, long least, long most, string? gorbText = null)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, value, $"must be a whole number from {least} to {most}", gorbText);
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(name, value, "must be true or false");
        return null;
    }

    /// <summary>Reads members that are judged alone into their owner, which keeps what it has of one that is absent or wrong.</summary>
    public T Read<T>(ValueMember<T>[] members, T owner)
    {
        foreach (var member in members)
        {
            if (Find(member.Name) is { } given && member.Read(given, ref owner) is { } fault)
            {
                Refuse(member.Name, given, fault);
            }
        }

        return owner;
    }

    /// <summary>The value of a member that is judged alone; the usual one stands for one that is absent or wrong.</summary>
    public TValue Value<T, TValue>(ValueMember<T, TValue> member)
    {
        if (Find(member.Name) is not { } given)
        {
            return member.Usual!;
        }

        if (member.Parse(given, out var value) is not { } fault)
        {
            return value;
        }

        Refuse(member.Name, given, fault);
        return member.Usual!;
    }

    /// <summary>A word of a closed set; null when it is none of them.</summary>
    /// <param name="name">The member.</param>
    /// <param name="words">The set.</param>
    /// <param name="usual">What its absence stands for.</param>
    public T? Word<T>(string name, Words<T> words, T? usual) where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return usual;
        }

        if (words.Parse(text, out var value) is not { } fault)
        {
            return value;
        }

        Refuse(name, text, fault);
        return null;
    }

    /// <summary>A nested object, or null when it is absent.</summary>
    public FieldReader? Object(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, value, "must be an object");
            return null;
        }

        var below = IsGiven(name) && _present.ValueKind == JsonValueKind.Object && _present.TryGetProperty(name, out var old) ? old : default;
        return new FieldReader(value, below, _path.Below(name), _problems);
    }

    /// <summary>A member in its JSON form, or null when it is absent.</summary>
    public JsonElement? Raw(string name) => Find(name);

    /// <summary>Reports every member with a value that nothing asked for: a misspelt member is not ignored. Null and "" ask for nothing.</summary>
    public void RefuseUnknown()
    {
        string? known = null;
        foreach (var member in _given)
        {
            if (_problems.IsFull)
            {
                return;
            }

            if (!member.WasAsked && !IsEmpty(member.Value) && !_asked.Contains(member.Name)) // one that is there twice is known, and told of elsewhere
            {
                known ??= $"known are {string.Join(", ", _asked.Distinct().Order(StringComparer.Ordinal))}";
                Refuse(new Problem(member.Name, Show(member.Value), "is not known here") { Hint = known });
            }
        }
    }

    public void Refuse(string name, object? value, string text, string? gorbText = null)
    {
        if (!_problems.IsFull)
        {
            var shown = value is JsonElement element ? Show(element) : value is string given ? ProblemList.Shorten(given) : value;
            _problems.Add(new Problem(_path.Member(name), shown, text) { GorbText = gorbText });
        }
    }

    private void Refuse(string name, object given, Fault fault) => Refuse(name, fault.Shown ?? given, fault.Text, fault.GorbText);

    /// <summary>Reports a problem whose field is a member of this object.</summary>
    public void Refuse(Problem problem)
    {
        if (!_problems.IsFull)
        {
            _problems.Add(problem with { Field = _path.Member(problem.Field) });
        }
    }

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        JsonElement? found = null;
        if (Place(name) is var place and >= 0)
        {
            _given[place] = _given[place] with { WasAsked = true };
            found = _given[place].Value;
        }
        else if (_present.ValueKind == JsonValueKind.Object && _present.TryGetProperty(name, out var present))
        {
            found = present;
        }

        return found is { } value && !IsEmpty(value) ? found : null;
    }

    private int Place(string name)
    {
        var members = CollectionsMarshal.AsSpan(_given);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].IsNamed(name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>True for what stands for the default, whatever the member's type: GORB's clients send it for every member they do not set.</summary>
    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8));

    /// <summary>A value as far as an error message has room for it.</summary>
    private static string Show(JsonElement value) => ProblemList.Shorten(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    });

    /// <summary>A member of the body.</summary>
    private readonly record struct Member
    {
        private readonly JsonProperty _property;

        /// <summary>The length of the name and its first and last character, by which most comparisons end; 0 where it is written with escapes.</summary>
        private readonly int _mark;

        public Member(JsonProperty property)
        {
            _property = property;
            var raw = JsonMarshal.GetRawUtf8PropertyName(property);
            _mark = raw.Contains((byte)'\\') || raw.IsEmpty ? 0 : Mark(raw.Length, raw[0], raw[^1]);
        }

        public string Name => _property.Name;

        public JsonElement Value => _property.Value;

        public bool WasAsked { get; init; }

        /// <summary>Compares without making a string of the member's name, which most of the time is another.</summary>
        public bool IsNamed(string name) => _mark == Mark(name.Length, name[0], name[^1])
            ? Ascii.Equals(JsonMarshal.GetRawUtf8PropertyName(_property), name)
            : _mark == 0 && _property.NameEquals(name);

        private static int Mark(int length, int first, int last) => (length << 16) | (first << 8) | last;
    }
}
