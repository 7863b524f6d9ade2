namespace Gorb.Cli.Top;

/// <summary>What the rows are ordered by.</summary>
internal enum TopSort
{
    State,
    Name,
    Connections,
    Rate,
    In,
    Out,
}

/// <summary>What a person has chosen to see. Keys change it.</summary>
/// <param name="service">The service whose backends are shown; null for all services.</param>
internal sealed class TopState(string? service)
{
    private int _selected;

    /// <summary>The service whose backends are shown; null for all services.</summary>
    public string? Service { get; private set; } = service;

    public TopSort Sort { get; set; }

    /// <summary>The text that rows contain; empty for all rows.</summary>
    public string Filter { get; set; } = "";

    /// <summary>True while the filter is typed.</summary>
    public bool IsTyping { get; private set; }

    /// <summary>True for only what is not up.</summary>
    public bool IsDownOnly { get; set; }

    /// <summary>The place of the selected row among those shown.</summary>
    public int Selected => _selected;

    /// <summary>Keeps the selection among the rows.</summary>
    public int Select(int rows) => _selected = Math.Clamp(_selected, 0, Math.Max(0, rows - 1));

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="selected">The name of the selected row; null when there is none.</param>
    /// <param name="page">The number of rows of a page.</param>
    /// <returns>False to quit.</returns>
    public bool Press(ConsoleKeyInfo key, string? selected, int page)
    {
        if (IsTyping)
        {
            Type(key);
            return true;
        }

        switch (key)
        {
            case { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' }:
                _selected--;
                break;
            case { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' }:
                _selected++;
                break;
            case { Key: ConsoleKey.PageUp }:
                _selected -= page;
                break;
            case { Key: ConsoleKey.PageDown } or { KeyChar: ' ' }:
                _selected += page;
                break;
            case { Key: ConsoleKey.Home } or { KeyChar: 'g' }:
                _selected = 0;
                break;
            case { Key: ConsoleKey.End } or { KeyChar: 'G' }:
                _selected = int.MaxValue;
                break;
            case { Key: ConsoleKey.Enter } when Service is null && selected is not null:
                Open(selected);
                break;
            case { Key: ConsoleKey.Escape or ConsoleKey.Backspace or ConsoleKey.LeftArrow }:
                Back();
                break;
            case { KeyChar: '/' }:
                IsTyping = true;
                break;
            case { KeyChar: 'd' }:
                IsDownOnly = !IsDownOnly;
                break;
            case { KeyChar: 'q' }:
                return false;
            default:
                Sort = TopSorts.Find(key.KeyChar) ?? Sort;
                break;
        }

        return true;
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsTyping = false;
                break;
            case ConsoleKey.Escape:
                (IsTyping, Filter) = (false, "");
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length > 0 ? Filter[..^1] : "";
                break;
            default:
                Filter += key.KeyChar >= ' ' ? key.KeyChar.ToString() : "";
                break;
        }
    }

    private void Open(string name)
    {
        (Service, Filter, _selected) = (name, "", 0);
    }

    private void Back()
    {
        if (Filter.Length > 0)
        {
            Filter = "";
        }
        else
        {
            (Service, _selected) = (null, 0);
        }
    }
}

/// <summary>The names and keys of the orders.</summary>
internal static class TopSorts
{
    private static readonly (TopSort Sort, string Name, char Key)[] All =
    [
        (TopSort.State, "state", 's'), (TopSort.Name, "name", 'n'), (TopSort.Connections, "connections", 'c'), (TopSort.Rate, "rate", 'r'), (TopSort.In, "in", 'i'), (TopSort.Out, "out", 'o'),
    ];

    public static string[] Names => [.. All.Select(static sort => sort.Name)];

    public static string Name(TopSort sort) => All.Single(one => one.Sort == sort).Name;

    /// <exception cref="InvalidOperationException">No order has the name.</exception>
    public static TopSort Of(string name) => All.Single(one => one.Name == name).Sort;

    /// <returns>Null when no order has the key.</returns>
    public static TopSort? Find(char key) => All.FirstOrDefault(one => one.Key == key) is { Name: not null } found ? found.Sort : null;
}
