def main(steps=10):
    w = 0.0
    for step in range(steps):
        loss = (w - 3) ** 2
        w -= 0.2 * (w - 3)
    print(loss)


if __name__ == "__main__":
    main()
