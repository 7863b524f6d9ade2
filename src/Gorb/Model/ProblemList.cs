using System.Collections;
using System.Globalization;

namespace Gorb.Model;

/// <summary>
/// Collects the problems of a request. It keeps one problem more than it reports and drops the rest: a body of one megabyte can hold a hundred thousand, and a
/// response must not be larger than its request.
/// </summary>
internal sealed class ProblemList : IReadOnlyList<Problem>
{
    /// <summary>The maximum number of problems in a response.</summary>
    public const int MaxTold = 100;

    private const int MaxFieldLength = 200;
    private const int MaxValueLength = 100;
    private const int MaxTextLength = 600;

    private static readonly Problem More = new(null, null, $"only the first {MaxTold} problems are told, and there may be more; correct these first");

    private readonly List<Problem> _problems = [];

    public int Count => _problems.Count;

    /// <summary>True if there are more problems than a response holds, so parsing can stop.</summary>
    public bool IsFull => _problems.Count > MaxTold;

    public Problem this[int index] => _problems[index];

    public void Add(Problem problem)
    {
        if (!IsFull)
        {
            _problems.Add(problem);
        }
    }

    public void AddRange(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
        {
            if (IsFull)
            {
                return;
            }

            _problems.Add(problem);
        }
    }

    public IEnumerator<Problem> GetEnumerator() => _problems.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the problems in the form of a response: their number and length limited, and each hint only once.</summary>
    public static IReadOnlyList<Problem> Tell(IReadOnlyList<Problem> problems)
    {
        var hints = new HashSet<string>();
        var told = problems.Take(MaxTold).Select(problem => Tell(problem, hints)).ToList();
        if (problems.Count > MaxTold)
        {
            told.Add(More);
        }

        return told;
    }

    /// <summary>Shortens a text to the length that a problem allows.</summary>
    public static string Shorten(string text, int room = MaxValueLength) =>
        text.Length <= room ? text : string.Create(CultureInfo.InvariantCulture, $"{Whole(text, room)}... ({text.Length} characters)");

    private static Problem Tell(Problem problem, HashSet<string> hints)
    {
        var text = problem.Hint is { } hint && hints.Add(hint) ? $"{problem.Text}; {hint}" : problem.Text;
        return problem with
        {
            Field = problem.Field is { } field ? Cut(field, MaxFieldLength) : null,
            Value = problem.Value is string value ? Cut(value, MaxValueLength + 30) : problem.Value, // the text of a JSON value is already shortened
            Text = Cut(text, MaxTextLength),
            Hint = null,
        };
    }

    private static string Cut(string text, int room) => text.Length <= room ? text : $"{Whole(text, room)}...";

    /// <summary>Returns the start of a text, without splitting a surrogate pair.</summary>
    private static ReadOnlySpan<char> Whole(string text, int room) => text.AsSpan(0, char.IsHighSurrogate(text[room - 1]) ? room - 1 : room);
}
