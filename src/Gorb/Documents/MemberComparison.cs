using System.Text;
using System.Text.Json;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>Compares the members of two versions of a service or backend. Each thread has one, so a result is used before the next comparison.</summary>
internal sealed class MemberComparison
{
    [ThreadStatic]
    private static MemberComparison? _own;

    private readonly ShownMembers _from = new();
    private readonly ShownMembers _to = new();
    private readonly StringBuilder _words = new();

    /// <summary>Indexes of the members that differ; -1 where there is none.</summary>
    private readonly List<(int From, int To)> _differing = [];

    private string _action = "";

    private MemberComparison()
    {
    }

    /// <summary>True if no member differs.</summary>
    public bool IsEmpty => _action == "change" && _differing.Count == 0;

    /// <summary>Compares two versions of a service without its backends; null is one that does not exist.</summary>
    public static MemberComparison Of(ServiceSpec? from, ServiceSpec? to) => Of(from, to, static (members, spec) => members.Read(spec), static spec => spec?.Pulse);

    /// <summary>Compares two versions of a backend; null is one that does not exist.</summary>
    public static MemberComparison Of(Backend? from, Backend? to) => Of(from, to, static (members, backend) => members.Read(backend), static backend => backend?.Spec.Pulse);

    private static MemberComparison Of<T>(T? from, T? to, Action<ShownMembers, T> read, Func<T?, string?> pulse) where T : class
    {
        var own = _own ??= new MemberComparison();
        Read(own._from, from);
        Read(own._to, to);
        own._action = from is null ? "add" : to is null ? "remove" : "change";
        own.Compare(pulse(from), pulse(to));
        return own;

        void Read(ShownMembers members, T? owner)
        {
            members.Clear();
            if (owner is not null)
            {
                read(members, owner);
            }
        }
    }

    /// <summary>Returns the change as data.</summary>
    public DiffChange ToChange(string service, string? backend) => new(_action, service, backend, [.. _differing.Select(pair => new DiffMember(
        Encoding.UTF8.GetString(pair.From >= 0 ? _from.Name(pair.From) : _to.Name(pair.To)),
        pair.From >= 0 ? _from.Node(pair.From) : null,
        pair.To >= 0 ? _to.Node(pair.To) : null))]);

    /// <summary>Returns the change in words: one line, for logs and terminals.</summary>
    public string ToWords(string service, string? backend)
    {
        _words.Clear().Append(_action).Append(backend is null ? " service " : " backend ").Append(service);
        if (backend is not null)
        {
            _words.Append('/').Append(backend);
        }

        if (_action != "remove")
        {
            AppendMembers();
        }

        return PlainText.Escape(_words.ToString());
    }

    private void AppendMembers()
    {
        var separator = ": ";
        foreach (var (from, to) in _differing)
        {
            _words.Append(separator);
            separator = ", ";
            ShownMembers.Append(_words, from >= 0 ? _from.Name(from) : _to.Name(to));
            _words.Append(' ');
            if (_action == "change")
            {
                _words.Append("from ");
                AppendValue(_from, from);
                _words.Append(" to ");
            }

            AppendValue(_to, to);
        }
    }

    private void AppendValue(ShownMembers members, int index)
    {
        if (index < 0)
        {
            _words.Append("nothing");
        }
        else
        {
            members.AppendValue(_words, index);
        }
    }

    private void Compare(string? pulse, string? otherPulse)
    {
        _differing.Clear();
        for (var i = 0; i < _from.Count; i++)
        {
            var other = _to.Find(_from.Name(i));
            if (other < 0 || !AreEqual(_from.Value(i), _to.Value(other))
                || (_from.Name(i).SequenceEqual("pulse"u8) && !SecretHeaders.AreSame(pulse, otherPulse))) // masked secrets are equal even if the secrets differ
            {
                _differing.Add((i, other));
            }
        }

        for (var i = 0; i < _to.Count; i++)
        {
            if (_from.Find(_to.Name(i)) < 0)
            {
                _differing.Add((-1, i));
            }
        }
    }

    private static bool AreEqual(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || (one[0] == (byte)'{' && other[0] == (byte)'{' && JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(other)))
        || (one[0] == (byte)'[' && other[0] == (byte)'[' && JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(other)));
}
