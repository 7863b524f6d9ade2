using System.Runtime.InteropServices;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>
/// Reads the members of a JSON object and collects all problems, so that a user sees them at once.
/// For a PATCH, a member that the body lacks is read from the present state of the object.
/// </summary>
internal sealed partial class FieldReader
{
    private const int UsualMembers = 24;

    private const string FormerOwner = "owner";

    private readonly ProblemList _problems;

    /// <summary>The members of the body. A list, because searching two dozen names is faster than hashing them, and a document has thousands of objects.</summary>
    private readonly List<GivenMember> _given = new(UsualMembers);
    private readonly List<string> _asked = new(UsualMembers);
    private JsonElement _present;
    private FieldPath _path = FieldPath.Root;

    /// <param name="problems">Receives the problems.</param>
    public FieldReader(ProblemList problems) => _problems = problems;

    /// <param name="given">The body.</param>
    /// <param name="present">The present state in the same format, or an undefined element for a PUT.</param>
    /// <param name="path">The path of the object in the body.</param>
    /// <param name="problems">Receives the problems.</param>
    public FieldReader(JsonElement given, JsonElement present, FieldPath path, ProblemList problems)
        : this(problems) => Begin(given, present, path);

    /// <summary>Starts the next object. One reader is reused, because a document has thousands of objects.</summary>
    /// <param name="given">The body, or an undefined element for one without members.</param>
    /// <param name="present">The present state in the same format, or an undefined element for a PUT.</param>
    /// <param name="path">The path of the object in the body.</param>
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

    /// <summary>True if numbers and flags may be given as texts, as GORB does in checks.</summary>
    public bool TakesTexts { get; init; }

    /// <summary>True if members that the body lacks are read from a present state.</summary>
    public bool IsPatch => _present.ValueKind == JsonValueKind.Object;

    /// <summary>True if the member has a value, valid or not, in the body or in the present state.</summary>
    public bool IsSet(string name) => Find(name) is not null;

    /// <summary>True if the body itself has the member, including null.</summary>
    public bool IsGiven(string name) => Place(name) >= 0;

    /// <summary>Treats null and "" of members as not given, because the identity of an object cannot be removed.</summary>
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

    /// <summary>True if the body itself has the member with a value, valid or not.</summary>
    public bool IsGivenValue(string name) => IsSet(name) && Place(name) is var place and >= 0 && !IsEmpty(_given[place].Value);

    /// <summary>Returns the path of a member in the body.</summary>
    public FieldPath PathOf(string name) => _path.Below(name);

    /// <summary>True if a problem of the member has been reported.</summary>
    public bool IsRefused(string name)
    {
        var path = _problems.Count > 0 ? _path.Member(name) : null;
        return path is not null && _problems.Any(problem => problem.Field == path);
    }

    /// <summary>Returns a member as JSON; null if it is absent.</summary>
    public JsonElement? Raw(string name) => Find(name);

    /// <summary>Reports every member with a value that no reader requested, so that a misspelt member is not ignored. Null and "" are not reported.</summary>
    public void RefuseUnknown()
    {
        string? known = null;
        foreach (var member in _given)
        {
            if (_problems.IsFull)
            {
                return;
            }

            if (!member.WasAsked && !IsEmpty(member.Value) && !_asked.Contains(member.Name)) // the duplicate of a known member is reported elsewhere
            {
                known ??= _asked.Count > 0 ? $"known are {string.Join(", ", _asked.Distinct().Order(StringComparer.Ordinal))}" : "nothing is";
                Refuse(member.Name == FormerOwner
                    ? new Problem(member.Name, Show(member.Value), "is no member any more: an object belongs to the source that declares it (PUT /config?source=NAME), which GET shows as \"source\"; leave it out")
                    : new Problem(member.Name, SecretHeaders.MayHold(member.Name, member.Value) ? SecretHeaders.Mask : Show(member.Value), "is not known here") { Hint = known });
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

    /// <summary>Reports a problem of a member, with its value as given.</summary>
    public void RefuseGiven(string name, string text, string? gorbText = null) =>
        Refuse(name, Place(name) is var place and >= 0 ? _given[place].Value : null, text, gorbText);

    /// <summary>Reports problems that a separate reader found in a member.</summary>
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

    /// <summary>True for null and "", which stand for the default of any type: GORB's clients send them for every member they do not set.</summary>
    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8));

    /// <summary>Formats a value for an error message, shortened to its maximum length.</summary>
    public static string Show(JsonElement value) => ProblemList.Shorten(value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    });
}
