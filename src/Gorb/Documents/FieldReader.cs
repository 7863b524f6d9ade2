using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>
/// Reads the members of a JSON object and collects everything that is wrong with them, so that a user sees all mistakes at once.
/// A PATCH lays its body over the object's present state: a member that is not given is read from there.
/// </summary>
internal sealed partial class FieldReader
{
    private const int UsualMembers = 24;

    private const string FormerOwner = "owner";

    private readonly ProblemList _problems;

    /// <summary>A list: looking through two dozen names costs less than hashing them, and a document has ten thousand objects.</summary>
    private readonly List<GivenMember> _given = new(UsualMembers);
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
    /// <param name="given">The body, or an undefined element for one without members.</param>
    /// <param name="present">The present state in the same form, or an undefined element for a PUT.</param>
    /// <param name="path">Where the object stands in the body.</param>
    public FieldReader Begin(JsonElement given, JsonElement present, FieldPath path)
    {
        _given.Clear();
        _asked.Clear();
        foreach (var member in given.ValueKind == JsonValueKind.Undefined ? default : given.EnumerateObject())
        {
            _given.Add(new GivenMember(member));
        }

        _present = present;
        _path = path;
        return this;
    }

    /// <summary>True where numbers and flags may be written as texts, as GORB does in checks.</summary>
    public bool TakesTexts { get; init; }

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

    /// <summary>Where a member stands in the body.</summary>
    public FieldPath PathOf(string name) => _path.Below(name);

    /// <summary>True when something is wrong with the member and has been reported.</summary>
    public bool IsRefused(string name)
    {
        var path = _problems.Count > 0 ? _path.Member(name) : null;
        return path is not null && _problems.Any(problem => problem.Field == path);
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
                known ??= _asked.Count > 0 ? $"known are {string.Join(", ", _asked.Distinct().Order(StringComparer.Ordinal))}" : "nothing is";
                Refuse(member.Name == FormerOwner
                    ? new Problem(member.Name, Show(member.Value), "is no member any more: an object belongs to the source that declares it (PUT /config?source=NAME), which GET shows as \"source\"; leave it out")
                    : new Problem(member.Name, Show(member.Value), "is not known here") { Hint = known });
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

    /// <summary>Reports a problem with a member, whose value is shown as it was given.</summary>
    public void RefuseGiven(string name, string text, string? gorbText = null) =>
        Refuse(name, Place(name) is var place and >= 0 ? _given[place].Value : null, text, gorbText);

    /// <summary>Reports problems that a reader of its own found in a member.</summary>
    public void Refuse(ProblemList problems) => _problems.AddRange(problems);

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
    public static string Show(JsonElement value) => ProblemList.Shorten(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    });
}
